"""A wire between a server and its database that can be cut and mended."""

import contextlib
import socket
import threading


class Relay:
    """Listens on a TCP port and passes bytes to a Unix socket or an address."""

    def __init__(self, target):
        self._target = target
        self._listener, self._open = None, []
        self.port = 0
        self.mend()

    def mend(self):
        """Accept connections, on the same port as before."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self):
        """Refuse connections, and break those that are open."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for one in self._open:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._open = []

    def _accept(self, listener):
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                kind = socket.AF_UNIX if isinstance(self._target, str) else socket.AF_INET
                far = socket.socket(kind)
                far.connect(self._target)
                self._open += [near, far]
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pass_on(source, sink):
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
