"""The page of a chat, rendered by Jinja2 for each request."""

from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True
)

CONVERSATIONS = [{"id": n, "title": f"Conversation {n}"} for n in range(10)]


def chat_page() -> HTMLResponse:
    template = templates.get_template("chat.html")
    return HTMLResponse(
        template.render(title="New chat", conversations=CONVERSATIONS, messages=[])
    )
