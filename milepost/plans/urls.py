"""Addresses of this folder."""

from django.urls import path

from milepost.plans.views import agree, answer, brand, client, invite, over, pick, say, study, tab, times

app_name = "plans"
urlpatterns = [
    path("opportunities/<int:pk>/study/", study.study, name="study"),
    path("opportunities/<int:pk>/study/decide/", study.decide, name="decide_study"),
    path("opportunities/<int:pk>/study/undecide/", study.undecide, name="undecide_study"),
    path("opportunities/<int:pk>/study/study.pdf", study.pdf, name="study_pdf"),
    path("opportunities/<int:pk>/study/study.docx", study.word, name="study_docx"),
    path("settings/study/", study.template, name="study_text"),
    path("settings/look/", brand.company_look, name="look"),
    path("settings/look/logo/", brand.company_logo, name="company_logo"),
    path("colours/<slug:code>.css", brand.colour, name="colour"),
    path("opportunities/<int:pk>/plan/", tab.plan, name="plan"),
    path("opportunities/<int:pk>/plan/begin/", tab.begin, name="begin"),
    path("opportunities/<int:pk>/plan/words/", tab.words, name="words"),
    path("opportunities/<int:pk>/plan/brand/", brand.brand, name="brand"),
    path("opportunities/<int:pk>/plan/logo/", brand.logo, name="logo"),
    path("opportunities/<int:pk>/plan/choose/", tab.choose, name="choose"),
    path("opportunities/<int:pk>/plan/preview/", tab.preview, name="preview"),
    path("opportunities/<int:pk>/plan/publish/", tab.publish, name="publish"),
    path("opportunities/plan/parts/<int:pk>/", tab.part, name="part"),
    path("opportunities/plan/versions/<int:pk>/", tab.version, name="version"),
    path("opportunities/plan/versions/<int:pk>/xlsx/", tab.workbook, name="version_xlsx"),
    path("opportunities/plan/versions/<int:pk>/pdf/", tab.pdf, name="version_pdf"),
    path("opportunities/<int:pk>/plan/invite/", invite.invite, name="invite"),
    path("opportunities/plan/links/<int:pk>/longer/", invite.prolong, name="prolong"),
    path("opportunities/plan/links/<int:pk>/end/", invite.end, name="end_link"),
    path("opportunities/plan/said/<int:pk>/", answer.answer, name="answer"),
    path("opportunities/plan/said/<int:pk>/file/", answer.sent_file, name="sent_file"),
    path("opportunities/plan/parts/<int:pk>/times/", times.offer, name="offer_times"),
    path("opportunities/plan/times/<int:pk>/withdraw/", times.withdraw, name="withdraw_time"),
    path("opportunities/plan/times/<int:pk>/withdraw/all/", times.withdraw_all, name="withdraw_times"),
    # the client's, by personal link
    path("plan/<str:token>/", client.page, name="client"),
    path("plan/<str:token>/logo/", brand.client_logo, name="client_logo"),
    path("plan/<str:token>/files/<int:part>/", client.file, name="client_file"),
    path("plan/<str:token>/plan.ics", client.dates, name="client_dates"),
    path("plan/<str:token>/plan.xlsx", client.workbook, name="client_xlsx"),
    path("plan/<str:token>/plan.pdf", client.pdf, name="client_pdf"),
    path("plan/<str:token>/agree/", agree.agree, name="client_agree"),
    path("plan/<str:token>/agree/code/", agree.code, name="client_code"),
    path("plan/<str:token>/over/", over.over, name="client_over"),
    path("plan/<str:token>/missing/", say.missing, name="client_missing"),
    path("plan/<str:token>/parts/<int:part>/", say.part, name="client_part"),
    path("plan/<str:token>/parts/<int:part>/times/", pick.times, name="client_times"),
    path("plan/<str:token>/parts/<int:part>/<slug:kind>/", say.say, name="client_say"),
]
