"""How tests offer times and pick them."""

from django.urls import reverse


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def pick(client, address, part, time):
    return client.post(f"{address}parts/{part.pk}/times/", {"time": time if isinstance(time, str) else time.pk})
