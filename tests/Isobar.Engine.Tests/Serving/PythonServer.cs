using Isobar.Engine.Models;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;

namespace Isobar.Engine.Tests.Serving;

/// <summary>A model that serves itself, with the standard library of Python alone.</summary>
internal static class PythonServer
{
    // "crash" ends the process in the middle of a request; "hold <file>" answers once the file is there.
    private const string Source = """
        import http.server, os, sys, time, pathlib
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'
            def do_GET(self):
                self.reply(200 if self.path == '/ping' else 404, b'')
            def do_POST(self):
                body = self.rfile.read(int(self.headers['Content-Length'])) if 'Content-Length' in self.headers else self.chunks()
                text = body.decode()
                if text.startswith('crash'): os._exit(3)
                if text.startswith('fail'): return self.reply(500, b'no such luck')
                if text.startswith('hold '):
                    while not os.path.exists(text[5:].split('\n')[0].strip()): time.sleep(0.02)
                if text.startswith('stream'):
                    self.send_response(200); self.send_header('Transfer-Encoding', 'chunked'); self.end_headers()
                    for part in (b'one ', b'two ', b'three'):
                        self.wfile.write(b'%x\r\n%s\r\n' % (len(part), part)); self.wfile.flush()
                    self.wfile.write(b'0\r\n\r\n'); return
                model = pathlib.Path(os.environ['SM_MODEL_DIR'], 'factor.txt')
                factor = model.read_text() if model.exists() else '-'
                lines = ['%s*%s' % (line, factor) for line in text.splitlines()]
                self.reply(200, '\n'.join(lines).encode())
            def chunks(self):
                body = b''
                while True:
                    size = int(self.rfile.readline(), 16)
                    body += self.rfile.read(size); self.rfile.readline()
                    if size == 0: return body
            def reply(self, status, body):
                self.send_response(status)
                self.send_header('Content-Type', 'text/csv')
                self.send_header('X-Amzn-SageMaker-Custom-Attributes', self.headers.get('X-Amzn-SageMaker-Custom-Attributes', ''))
                self.send_header('Content-Length', str(len(body))); self.end_headers(); self.wfile.write(body)
            def log_message(self, *a): pass
        if os.environ.get('BROKEN'): sys.exit('the weights are missing')
        print('ready', flush=True)
        http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['SAGEMAKER_BIND_TO_PORT'])), Handler).serve_forever()
        """;

    public static void SkipWithoutPython()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, "python3"))))
            Assert.Skip("python3 is not on PATH");
    }

    public static byte[] Archive(string factor) => TestGraphs.TarGz(("factor.txt", System.Text.Encoding.UTF8.GetBytes(factor)), ("code/serve.py", System.Text.Encoding.UTF8.GetBytes(Source)));

    public static ModelSpec Model(ObjectLocation artifact) => new()
    {
        Name = "python",
        Program = new ScriptModelProgram(["python3", "{code}/serve.py"]),
        Artifact = artifact,
    };
}
