"""Tokens go to the browser over a WebSocket as they come from the model."""

import json
import os
from contextlib import asynccontextmanager

import aiohttp
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from fastapi.responses import HTMLResponse

from page import chat_page

URL = os.environ.get("INFERENCE_URL", "") + "/chat/completions"


@asynccontextmanager
async def lifespan(app: FastAPI):
    # Without a limit of connections, or chats beyond the hundredth would wait.
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        app.state.session = session
        yield


app = FastAPI()
# Debian's FastAPI takes no lifespan yet.
app.router.lifespan_context = lifespan


@app.get("/", response_class=HTMLResponse)
async def home():
    return chat_page()


@app.websocket("/socket")
async def chat(websocket: WebSocket):
    await websocket.accept()
    try:
        while True:
            text = await websocket.receive_text()
            async for token in tokens(websocket.app.state.session, text):
                await websocket.send_text(token)
            await websocket.send_text("")
    except WebSocketDisconnect:
        pass


async def tokens(session: aiohttp.ClientSession, text: str):
    body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": text}]}
    async with session.post(URL, json=body) as response:
        async for line in response.content:
            if not line.startswith(b"data: {"):
                continue
            choices = json.loads(line[6:])["choices"]
            if choices and (content := choices[0]["delta"].get("content")):
                yield content
