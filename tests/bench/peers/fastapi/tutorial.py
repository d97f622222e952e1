"""As tutorials begin: a form, and the whole answer when it is there. Once waiting in a thread, once not."""

import os
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, PlainTextResponse

from page import chat_page

URL = os.environ.get("INFERENCE_URL", "") + "/chat/completions"
LIMITS = httpx.Limits(max_connections=None)

client = httpx.Client(timeout=None, limits=LIMITS)


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with httpx.AsyncClient(timeout=None, limits=LIMITS) as session:
        app.state.session = session
        yield


app = FastAPI()
# Debian's FastAPI takes no lifespan yet.
app.router.lifespan_context = lifespan


@app.get("/", response_class=HTMLResponse)
async def home():
    return chat_page()


@app.post("/blocking")
def answer_blocking(text: str) -> PlainTextResponse:
    answer = client.post(URL, json=body_of(text)).json()
    return PlainTextResponse(answer["choices"][0]["message"]["content"])


@app.post("/waiting")
async def answer_waiting(request: Request, text: str) -> PlainTextResponse:
    answer = (await request.app.state.session.post(URL, json=body_of(text))).json()
    return PlainTextResponse(answer["choices"][0]["message"]["content"])


def body_of(text: str) -> dict:
    return {"model": "m", "messages": [{"role": "user", "content": text}]}
