"""A person who says yes to every page, in a browser made of forms alone."""

from html.parser import HTMLParser

import httpx2

MOST_PAGES = 9


def sign_in(address: str) -> None:
    """Go to the address and on from page to page, until one asks nothing more."""
    with httpx2.Client(follow_redirects=True, timeout=30) as browser:
        page = browser.get(address)
        for _ in range(MOST_PAGES):
            form = Form(page)
            if not form.is_there:
                return
            page = browser.post(page.url.join(form.action), data=form.fields)
    raise SystemExit(f"The pages at {address} have no end.")


class Form(HTMLParser):
    """The first form of a page, with the first of each choice, and its first button pressed."""

    def __init__(self, page: httpx2.Response) -> None:
        super().__init__()
        self.is_there = self.is_pressed = False
        self.action = ""
        self.fields: dict[str, str] = {}
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        its = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.is_there:
            self.is_there, self.action = True, its.get("action", "")
        elif tag == "input" or (tag == "button" and not self.is_pressed):
            self.is_pressed = tag == "button"
            self.fields.setdefault(its.get("name", ""), its.get("value", ""))
