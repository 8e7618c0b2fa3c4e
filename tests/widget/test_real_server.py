"""The widget, and a client that nobody here wrote, against the real `hipbot serve` with the trained model."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator

import pytest
from hipbot import project, training
from playwright.sync_api import Browser, Route, expect

from tests.test_http import Server as HipbotServe
from tests.widget.browser import DESKTOP, PHONE, Visit

pytestmark = pytest.mark.slow
DEEP_CHAT = project.ROOT / "node_modules/deep-chat/dist/deepChat.bundle.js"


class Real:
    """What a Visit needs to know of a server."""

    def __init__(self, port: int) -> None:
        self.origin = f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def served(tmp_path_factory: Any) -> Iterator[Real]:
    training.ensure_model()  # or the server would learn first
    folder = tmp_path_factory.mktemp("served")
    (folder / "widget").symlink_to(project.ROOT / "widget")
    running = HipbotServe(folder)
    yield Real(running.port)
    running.stop()


@pytest.fixture(params=["desktop", "phone"])
def guest(request: Any, browser: Browser, served: Any) -> Iterator[Visit]:
    one = Visit(browser, served, {"desktop": DESKTOP, "phone": PHONE}[request.param])
    one.page.goto(served.origin + "/")
    yield one
    one.close()


def test_a_visitor_s_whole_way(guest: Visit, served: Real) -> None:
    """Demo page under its own policy, a question, an exercise step by step, a red flag, thumbs, delete."""
    one = guest
    expect(one.page).to_have_title("MotionPlus Osteo")
    assert not one.axe(), "the demo page itself"
    one.open()
    expect(one.dialog.locator(".notice").get_by_role("link", name="111")).to_be_visible()
    expect(one.button("Which exercises are there?")).to_be_visible()
    said = one.ask("How often should I do the kneeling stretch?", "Every day is fine")
    expect(said).to_be_in_viewport()
    one.button("How long should I hold it?").click()
    one.answered("20 to 30 seconds")
    one.ask("show me the kneeling stretch", "Step 1 of 4")
    one.button("Next").click()
    assert one.answered("Look for a mild pull").inner_text().count("Step 2 of 4") == 1
    one.button("Back").click()
    one.answered("Step 1 of 4")
    one.page.get_by_role("button", name="No", exact=True).last.click()
    one.page.get_by_role("button", name="It's too long").click()
    expect(one.log.get_by_text("Thank you.")).to_be_visible()
    safety = one.ask("and I've gone numb between my legs", "Please call 111")
    expect(safety.get_by_role("link", name="111").first).to_have_attribute("href", "tel:111")
    assert not one.axe()
    one.page.reload()
    expect(one.log.get_by_text("Every day is fine")).to_have_count(1)
    token = one.stored()["token"]  # type: ignore[index]
    one.button("Options").click()
    one.button("Delete conversation").click()
    one.button("Yes, delete").click()
    expect(one.status).to_have_text("The conversation is deleted.")
    gone = one.context.request.post(
        served.origin + "/webhooks/website/messages",
        data={"text": "hello"}, headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "after-delete"},
    )  # fmt: skip
    assert gone.status == 410


def test_cards_of_the_real_server(guest: Visit) -> None:
    """Exercise steps in a card with their progress, a red flag in a safety card with a number to press."""
    one = guest.open()
    card = one.ask("show me the kneeling stretch", "Step 1 of 4").locator(".card")
    expect(card.locator("progress")).to_be_visible()
    safety = one.ask("and I've gone numb between my legs", "Please call 111").locator(".card.safety")
    expect(safety.get_by_role("heading")).to_be_visible()
    expect(safety.get_by_role("link", name="Call 111")).to_have_attribute("href", "tel:111")
    assert not one.axe()


PAGE = """<!doctype html><title>t</title><deep-chat id="chat"></deep-chat><script type="module">
import '/deepChat.bundle.js';
const chat = document.getElementById('chat');
chat.connect = { url: '/webhooks/rest/webhook', method: 'POST' };
chat.requestInterceptor = (request) => ({ ...request, body: { sender: 'deep-chat', message: request.body.messages[0].text } });
chat.responseInterceptor = (messages) => ({ text: messages.map((one) => one.text).filter(Boolean).join('\\n\\n') });
</script>"""


def test_a_client_that_nobody_here_wrote(browser: Browser, served: Real) -> None:
    """deep-chat as it comes from npm talks to the development REST channel, through its own request settings."""
    assert DEEP_CHAT.exists(), "deep-chat is not installed. Run scripts/setup_browser."
    ours: Dict[str, Callable[[Route], None]] = {
        "/deep-chat": lambda route: route.fulfill(body=PAGE, content_type="text/html"),
        "/deepChat.bundle.js": lambda route: route.fulfill(path=DEEP_CHAT, content_type="text/javascript"),
    }

    def serve(route: Route) -> None:
        address = route.request.url
        if not address.startswith(served.origin):
            return route.abort()  # it asks a font server of its own accord
        ours.get(address[len(served.origin) :], Route.continue_)(route)

    context = browser.new_context(**DESKTOP)
    page = context.new_page()
    page.route("**/*", serve)
    page.goto(served.origin + "/deep-chat")
    field = page.locator("deep-chat #text-input")
    for question, answer in {"How often should I do the kneeling stretch?": "Every day is fine", "and for how long?": "20 to 30 seconds"}.items():
        field.click()
        page.keyboard.type(question)
        page.keyboard.press("Enter")
        expect(page.locator("deep-chat .ai-message-text").last).to_contain_text(answer, timeout=15_000)
    context.close()
