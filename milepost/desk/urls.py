"""Addresses of the pages that bring everything together."""

from django.urls import path

from milepost.desk import playbook_figures, playbook_order, search
from milepost.desk.account import listing as account_list
from milepost.desk.account import merging
from milepost.desk.account import views as account
from milepost.desk.board import edit as board_edit
from milepost.desk.board import ended, export, pricing, reassign, saved
from milepost.desk.board import views as board
from milepost.desk.mail import outbox
from milepost.desk.mail import server as mail_server
from milepost.desk.settings import views as settings
from milepost.desk.settings import work
from milepost.desk.today import views as today

app_name = "desk"
urlpatterns = [
    path("", today.home, name="home"),
    path("desk/", today.desk, name="desk"),
    path("desk/counts/", today.counts, name="desk_counts"),
    path("desk/<int:pk>/book/", today.book, name="book"),
    path("my-day/", today.my_day, name="my_day"),
    path("tasks/<int:pk>/tick/", today.tick, name="tick"),
    path("find/", search.search, name="search"),
    path("settings/company/", settings.company, name="company"),
    path("settings/currencies/", settings.currencies, name="currencies"),
    path("settings/currencies/plan/", settings.plan_rates, name="plan_rates"),
    path("settings/reasons/", settings.reasons, name="reasons"),
    path("settings/reasons/<int:pk>/retire/", settings.retire_reason, name="retire_reason"),
    path("settings/mail/", mail_server.mail, name="mail"),
    path("settings/mail/test/", mail_server.test, name="mail_test"),
    path("settings/outbox/", outbox.outbox, name="outbox"),
    path("settings/outbox/send/", outbox.send_waiting, name="outbox_send"),
    path("settings/outbox/<int:pk>/", outbox.letter, name="letter"),
    path("settings/outbox/<int:pk>/again/", outbox.send_again, name="letter_again"),
    path("settings/work/", work.work, name="work"),
    path("settings/work/<int:pk>/stop/", work.stop, name="work_stop"),
    path("settings/work/<int:pk>/again/", work.repeat, name="work_repeat"),
    path("board/", board.board, name="board"),
    path("board/totals/", board.totals, name="board_totals"),
    path("board/<int:pk>/", board_edit.row, name="board_row"),
    path("board/<int:pk>/category/", board_edit.category, name="board_category"),
    path("board/<int:pk>/next/", board_edit.next_date, name="board_next"),
    path("board/csv/", export.as_csv, name="board_csv"),
    path("board/xlsx/", export.as_xlsx, name="board_xlsx"),
    path("board/views/save/", saved.save, name="view_save"),
    path("board/views/<int:pk>/", saved.rename, name="view_rename"),
    path("board/views/<int:pk>/delete/", saved.delete, name="view_delete"),
    path("board/reassign/", reassign.reassign, name="reassign"),
    path("board/reassign/do/", reassign.do, name="reassign_do"),
    path("board/reassigned/<int:pk>/", reassign.reassigned, name="reassigned"),
    path("board/reassigned/<int:pk>/undo/", reassign.undo, name="reassign_undo"),
    path("board/price/", pricing.ask, name="price"),
    path("board/price/do/", pricing.do, name="price_do"),
    path("board/priced/<int:pk>/", pricing.priced, name="priced"),
    path("board/priced/<int:pk>/undo/", pricing.undo, name="price_undo"),
    path("ended/", ended.ended, name="ended"),
    path("ended/csv/", ended.as_csv, name="ended_csv"),
    path("ended/xlsx/", ended.as_xlsx, name="ended_xlsx"),
    path("playbooks/versions/<int:pk>/order/", playbook_order.page, name="playbook_order"),
    path("playbooks/versions/<int:pk>/order/waits/", playbook_order.precedence, name="playbook_precedence"),
    path("playbooks/versions/<int:pk>/order/draft/", playbook_order.reorder, name="playbook_reorder"),
    path("playbooks/versions/<int:pk>/figures/", playbook_figures.page, name="playbook_figures"),
    path("accounts/", account_list.accounts, name="accounts"),
    path("accounts/export/", account_list.export, name="accounts_export"),
    path("accounts/<int:pk>/", account.page, name="account"),
    path("accounts/<int:pk>/merge/", merging.merge, name="account_merge"),
    path("accounts/merges/<int:pk>/undo/", merging.undo, name="merge_undo"),
    path("accounts/<int:pk>/history/", account.history, name="account_history"),
    path("accounts/<int:pk>/tasks/new/", account.add_task, name="account_task"),
    path("accounts/<int:pk>/notes/new/", account.add_note, name="account_note"),
]
