"""The FastAPI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from api.channels.settings import ChannelSettings
from api.conversing.desk import open_desk
from api.errors import install_errors
from api.live import LiveService
from api.realtime.listener import Listener
from api.routes import accounts, ask, conversations, health, pages, questions
from api.routes.pages import PAGES
from api.security.installing import install_security
from api.security.settings import SecuritySettings
from api.services import Services
from api.watch import watching
from knowledge_base.settings import from_environment


def create_app(services: Services, security: SecuritySettings | None = None) -> FastAPI:
    """Return the application that serves ``services``.

    Args:
        services: What answers.
        security: Limits, sessions and origins; None takes them from the environment.

    Raises:
        InvalidInputError: The environment holds unusable settings.
    """
    live, security = LiveService(services), security or from_environment(SecuritySettings)
    desk = open_desk(live, services)
    listener = Listener(services.database.engine, desk.broker)
    app = FastAPI(
        title="Baowen",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        lifespan=lambda _: _watching(live, listener),
    )
    app.state.live, app.state.desk = live, desk
    app.state.channels = from_environment(ChannelSettings)
    app.include_router(ask.router)
    app.include_router(conversations.router)
    app.include_router(questions.router)
    app.include_router(health.router)
    app.include_router(accounts.router)
    app.include_router(pages.router)
    install_errors(app)
    install_security(app, services.database, security)
    app.mount("/assets", StaticFiles(directory=PAGES), name="assets")
    return app


@asynccontextmanager
async def _watching(live: LiveService, listener: Listener) -> AsyncIterator[None]:
    """Follow what is published, the certificate and other processes while the application runs."""
    live.start()
    await run_in_threadpool(listener.start)
    async with watching(live):
        yield
    await run_in_threadpool(listener.stop)
    await run_in_threadpool(live.stop)
