"""What stands between a request and a route.

``require(permission)`` gives a route its ``Principal``, or answers 401 or 403:

    @router.get("/v1/tickets")
    def tickets(principal: Annotated[Principal, Depends(require(Permission.TICKETS_WORK))]): ...

``require_socket`` does so for WebSockets; ``RateLimits`` and ``require_origin`` are for
routes that customers call. ``install_security`` puts all of it into an application.
"""
