"""Serves a scoring script: init() once, run(body) for each request. Arguments: port, script."""
import importlib.util
import json
import logging
import os
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def load(path):
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(path))[0], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def plain(value):
    """NumPy's arrays and numbers, and pandas' frames, as JSON knows them."""
    for name in ("tolist", "to_dict", "isoformat"):
        if hasattr(value, name):
            return getattr(value, name)()
    raise TypeError(f"run() gave a {type(value).__name__}, which is not JSON")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, b"Healthy", "text/plain")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            result = scoring.run(body.decode("utf-8"))
            self.answer(200, json.dumps(result, default=plain).encode())
        except Exception as error:
            traceback.print_exc()
            sys.stderr.flush()
            self.answer(500, json.dumps({"message": f"{type(error).__name__}: {error}"}).encode())

    def log_message(self, *_):
        pass


logging.basicConfig(level=logging.INFO, stream=sys.stdout)
root = os.environ.get("AML_APP_ROOT", ".")
script = os.path.join(root, sys.argv[2])
if not os.path.isfile(script):
    sys.exit(f"There is no scoring script {sys.argv[2]} in the code: {sorted(os.listdir(root))[:20]}")
scoring = load(script)
if not callable(getattr(scoring, "run", None)):
    sys.exit(f"{sys.argv[2]} has no function run(raw_data)")
if callable(getattr(scoring, "init", None)):
    scoring.init()
ThreadingHTTPServer.request_queue_size = 128
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
