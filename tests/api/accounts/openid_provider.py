"""A real OpenID Connect provider of its own, on a real socket: small, strict, and able to lie."""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import parse_qs, urlencode

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

CLIENT_ID, CLIENT_SECRET = "baowen", "hush: hush/%"


class Provider:
    """Knows one person; ``lies`` change what its tokens say.

    Attributes:
        person: Claims of whoever signs in.
        lies: Claims that replace true ones in the token; None leaves one out.
        signs_with: Which key signs: own, other, hmac or none.
        groups_by_userinfo: Tell groups at the userinfo endpoint only.
    """

    def __init__(self, issuer):
        self.issuer = issuer
        self.person = {"sub": "u-1", "preferred_username": "zhang.wei", "name": "张伟", "groups": ["kefu"]}
        self.lies = {}
        self.signs_with = "own"
        self.groups_by_userinfo = False
        self.userinfo_sub = None
        self.methods = ["client_secret_basic"]
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.other = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
        self.codes = {}
        self.asked = []
        self.app = FastAPI()
        for path in ("/.well-known/openid-configuration", "/jwks", "/authorize", "/userinfo"):
            self.app.get(path)(getattr(self, path.rsplit("/", 1)[1].replace("-", "_")))
        self.app.post("/token")(self.token)

    def openid_configuration(self):
        at = self.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/jwks",
            "userinfo_endpoint": f"{at}/userinfo",
            "token_endpoint_auth_methods_supported": self.methods,
        }

    def jwks(self):
        return KeySet([self.key]).as_dict(private=False)

    def authorize(self, request: Request):
        asked = dict(request.query_params)
        self.asked.append(asked)
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return RedirectResponse(
            f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        )

    async def token(self, request: Request):
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if not self._knows_client(request, form):
            return JSONResponse({"error": "invalid_client"}, 401)
        asked = self.codes.pop(form.get("code"), None)
        verifier = form.get("code_verifier", "")
        digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        known = asked and asked["code_challenge"] == digest and asked["redirect_uri"] == form["redirect_uri"]
        if form.get("grant_type") != "authorization_code" or not known:
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = {"access_token": "access", "token_type": "Bearer", "expires_in": 60}
        return {**token, "id_token": self._id_token(asked["nonce"])}

    def _knows_client(self, request, form):
        if self.methods == ["client_secret_post"]:
            return (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        raw = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        return request.headers.get("authorization") == f"Basic {raw}"

    def _id_token(self, nonce):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": nonce}
        claims |= self.person | self.lies
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.groups_by_userinfo:
            claims.pop("groups")
        if self.signs_with == "none":
            parts = (b'{"alg":"none"}', str(claims).replace("'", '"').encode())
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        if self.signs_with == "hmac":
            secret = OctKey.import_key(CLIENT_SECRET + "x" * 32)
            return jwt.encode({"alg": "HS256", "kid": "one"}, claims, secret, algorithms=["HS256"])
        key = self.key if self.signs_with == "own" else self.other
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)

    def userinfo(self, request: Request):
        assert request.headers["authorization"] == "Bearer access"
        return {**self.person, "sub": self.userinfo_sub or self.person["sub"]}


@contextmanager
def running_provider():
    """Serve a provider on a port of its own."""
    listening = socket.create_server(("127.0.0.1", 0))
    provider = Provider(f"http://127.0.0.1:{listening.getsockname()[1]}")
    server = uvicorn.Server(uvicorn.Config(provider.app, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield provider
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
