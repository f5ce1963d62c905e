"""An e-mail is dropped on the page of requests, in a real browser."""

from django.urls import reverse

from milepost.buyers.models import ClientRequest

DROPPED = """name => {
  const carried = new DataTransfer();
  carried.items.add(new File(["From: Fenn <fenn@mill.example>\\nSubject: Line 5\\n\\nWhat if?"], name));
  for (const type of ["dragover", "drop"]) {
    document.querySelector("main").dispatchEvent(
      new DragEvent(type, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""


def test_an_email_dropped_anywhere_is_taken_in(page, sign_in, cast, opportunity):
    sign_in(page, cast.coordinator)
    page.goto(reverse("buyers:requests", args=[opportunity.pk]))
    page.evaluate(DROPPED, "line5.eml")
    page.get_by_role("heading", name="Line 5").wait_for()

    row = ClientRequest.objects.get()
    assert (row.title, row.text, row.asked_by_name) == ("Line 5", "What if?", "Fenn")
