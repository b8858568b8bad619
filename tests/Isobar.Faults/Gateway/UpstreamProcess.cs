using System.Diagnostics;
using System.Globalization;

namespace Isobar.Faults.Gateway;

/// <summary>A model server as a process of its own, which can be killed, frozen and told to misbehave. It is a few lines of Python: every Debian has it.</summary>
internal sealed class UpstreamProcess : IAsyncDisposable
{
    // The first line of a body is the mode that all following requests meet; /mode sets it.
    private const string Script = """
        import datetime, email.utils, socket, struct, sys, threading, time
        port, name = int(sys.argv[1]), sys.argv[2]
        mode = "well"
        def read(connection, buffer):
            while b"\r\n\r\n" not in buffer:
                piece = connection.recv(65536)
                if not piece: return None, b""
                buffer += piece
            head, rest = buffer.split(b"\r\n\r\n", 1)
            length = next((int(l.split(b":")[1]) for l in head.split(b"\r\n") if l.lower().startswith(b"content-length:")), 0)
            while len(rest) < length:
                piece = connection.recv(65536)
                if not piece: return None, b""
                rest += piece
            return (head, rest[:length]), rest[length:]
        def deadline(head):
            told = next((l.split(b":", 1)[1].strip() for l in head.split(b"\r\n") if l.lower().startswith(b"x-request-deadline:")), None)
            return float("inf") if told is None else datetime.datetime.fromisoformat(told.decode()[:23] + "+00:00").timestamp()
        def serve(connection):
            global mode
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            buffer = b""
            try:
                while True:
                    request, buffer = read(connection, buffer)
                    if request is None: break
                    head, body = request
                    if head.startswith(b"POST /mode"):
                        mode = body.decode()
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                        continue
                    answer = b'{"predictions": ["%s"]}' % name.encode()
                    if mode == "503": connection.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nbusy")
                    elif mode == "429": connection.sendall(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nslow")
                    elif mode == "skewed" and deadline(head) < time.time() + 5 * 3600:
                        connection.sendall(b"HTTP/1.1 504 Gateway Timeout\r\nDate: %s\r\nContent-Length: 4\r\n\r\nlate" % email.utils.formatdate(time.time() + 5 * 3600, usegmt=True).encode())
                    elif mode == "reset":
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                        break
                    elif mode == "stall":
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer[:5])
                        threading.Event().wait(30)
                        break
                    elif mode == "cut":
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer[:5])
                        break
                    else:
                        if mode == "slow": time.sleep(1)
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)
            except OSError: pass
            finally: connection.close()
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(256)
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()
        """;

    private readonly HttpClient _http = new();
    private Process? _process;

    private UpstreamProcess(string name) => Name = name;

    public string Name { get; }
    public int Port { get; private set; }
    public string Url => $"http://127.0.0.1:{Port}/predict";

    public static async Task<UpstreamProcess> StartAsync(string name)
    {
        var upstream = new UpstreamProcess(name);
        await upstream.StartAsync();
        return upstream;
    }

    /// <summary>Starts it, or starts it again on its port.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo("python3", ["-c", Script, Port.ToString(CultureInfo.InvariantCulture), Name]) { RedirectStandardOutput = true })!;
        Port = int.Parse((await _process.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
    }

    /// <summary><c>well</c>, <c>503</c>, <c>429</c>, <c>slow</c> (a second more), <c>skewed</c> (its clock is five hours ahead, so that every deadline has passed), <c>reset</c>, <c>stall</c> (in the middle of a body) or <c>cut</c>.</summary>
    public async Task BehaveAsync(string mode) => (await _http.PostAsync($"http://127.0.0.1:{Port}/mode", new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(mode)))).EnsureSuccessStatusCode();

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>SIGSTOP: connections stay open, and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>SIGCONT.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await KillAsync();
        _http.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
