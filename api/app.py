"""The FastAPI application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from api.background import running
from api.channels.delivering import serve_gateway
from api.channels.settings import ChannelSettings
from api.conversing.attachments import AttachmentFolder
from api.conversing.desk import Desk, open_desk
from api.conversing.orphans import remove_orphans_always
from api.conversing.spooling import deliver_always
from api.description import install_description
from api.errors import install_errors
from api.knowledge.drafted import DraftedStates
from api.knowledge.jobs import Jobs
from api.knowledge.parts import open_parts
from api.live import LiveService
from api.loop.gaps import GapFinder
from api.loop.webhook import AlarmSettings, deliver_alarms
from api.measuring.keeping import keep_days_always
from api.measuring.reporting import report_always
from api.measuring.settings import ReportSettings
from api.realtime.listener import Listener
from api.releasing import require_released
from api.routes import (
    accounts,
    ask,
    attachments,
    audits,
    channels,
    conversations,
    health,
    measures,
    messages,
    own_complaints,
    pages,
    questions,
    reports,
)
from api.routes import desk as desk_routes
from api.routes import knowledge as knowledge_routes
from api.routes import labels as label_routes
from api.routes import loop as loop_routes
from api.routes.pages import PAGES
from api.security.installing import install_security
from api.security.settings import SecuritySettings
from api.services import Services
from api.tickets.keeper import keep_always
from api.tickets.settings import DeskSettings
from api.watch import follow_trial, watch
from knowledge_base.settings import from_environment

_ROUTERS = (
    ask.router,
    conversations.router,
    messages.router,
    attachments.router,
    channels.router,
    questions.router,
    desk_routes.router,
    knowledge_routes.router,
    loop_routes.router,
    own_complaints.router,  # after the desk: /v1/complaints/figures is no number
    measures.router,
    reports.router,
    audits.router,
    label_routes.router,
    health.router,
    accounts.router,
    pages.router,
)


def create_app(services: Services, security: SecuritySettings | None = None) -> FastAPI:
    """Return the application that serves ``services``.

    Args:
        services: What answers.
        security: Limits, sessions and origins; None takes them from the environment.

    Raises:
        InvalidInputError: The environment holds unusable settings.
        ReleaseError: Only signed releases may be served, and this is none.
    """
    require_released(services)
    live, security = LiveService(services), security or from_environment(SecuritySettings)
    desk = open_desk(live, services)
    keeper = from_environment(DeskSettings)
    listener = Listener(services.database.engine, desk.broker)
    app = FastAPI(
        title="Baowen",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
        lifespan=lambda app: _watching(app, desk, listener, keeper),
    )
    app.state.live, app.state.desk = live, desk
    app.state.knowledge = open_parts(desk)
    app.state.jobs = Jobs(services.database)
    app.state.drafted = DraftedStates()
    app.state.attachments = AttachmentFolder(services.home.attachments, security.max_upload_mb * 2**20)
    app.state.channels = from_environment(ChannelSettings)
    app.state.reports = from_environment(ReportSettings)
    app.state.gaps = GapFinder()
    app.state.alarms = from_environment(AlarmSettings).channel()
    for router in _ROUTERS:
        app.include_router(router)
    install_errors(app)
    install_description(app)
    install_security(app, services.database, security)
    app.mount("/assets", StaticFiles(directory=PAGES), name="assets")
    return app


@asynccontextmanager
async def _watching(
    app: FastAPI, desk: Desk, listener: Listener, keeper: DeskSettings
) -> AsyncIterator[None]:
    """Follow what is published, the certificate and other processes, and look after what waits."""
    desk.live.start()
    await run_in_threadpool(listener.start)
    gateways = [serve_gateway(desk, one) for one in app.state.channels.channels if one.callback_url]
    own = (
        watch(desk.live),
        follow_trial(desk.live, desk.trial),
        keep_always(desk, keeper),
        deliver_always(desk, desk.spool),
        keep_days_always(desk),
        report_always(desk, app.state.channels.channels, app.state.reports),
    )
    alarms = [deliver_alarms(desk.live, app.state.alarms)] if app.state.alarms else []
    await run_in_threadpool(desk.trial.start)
    async with running(*own, remove_orphans_always(desk, app.state.attachments), *gateways, *alarms):
        yield
    app.state.knowledge.collisions.stop()
    await run_in_threadpool(app.state.gaps.stop)
    await run_in_threadpool(desk.trial.stop)
    await run_in_threadpool(listener.stop)
    await run_in_threadpool(app.state.jobs.stop)
    await run_in_threadpool(desk.live.stop)
