using System.Net;
using System.Net.Sockets;
using Isobar.Core.Results;
using Isobar.Engine.Models;
using Isobar.Engine.Processes;

namespace Isobar.Engine.Serving.Processes;

/// <summary>How to start one server of a model, but for its port.</summary>
/// <param name="Tree">What it sees as /opt/ml.</param>
/// <param name="Program">Where it answers.</param>
internal sealed record ServerCommand(ScriptModelProgram Program, IReadOnlyList<string> Command, string Folder, string Tree, IReadOnlyDictionary<string, string> Environment, TimeSpan StartTimeout, Action<string> OnLine)
{
    /// <summary>The child for a port.</summary>
    public ChildCommand At(int port)
    {
        var text = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var environment = Environment.ToDictionary(e => e.Key, e => Told(e.Value));
        foreach (var name in new[] { "SAGEMAKER_BIND_TO_PORT", "PORT", "SM_HTTP_PORT" }) environment[name] = text;
        return new ChildCommand([.. Command.Select(Told)], Folder, environment, Tree);

        string Told(string word) => word.Replace("{port}", text, StringComparison.Ordinal);
    }
}

/// <summary>One server of a model: started, watched by its ping, started again with growing pauses when it ends or hangs.</summary>
internal sealed class ModelProcess : IAsyncDisposable
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FirstPingInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PingTimeout = TimeSpan.FromSeconds(2);
    private const int MaxMissedPings = 3;

    private readonly ServerCommand _command;
    private readonly HttpMessageInvoker _http;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<Result<Done>> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<string> _lastLines = new();
    private readonly Task _life;
    private int _inside;

    public ModelProcess(ServerCommand command, HttpMessageInvoker http, TimeProvider time)
    {
        (_command, _http, _time) = (command, http, time);
        _life = Task.Run(LiveAsync);
    }

    /// <summary>Where it listens; another address after each start.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1:0");

    /// <summary>What takes requests.</summary>
    public Uri Invocations => new(Address, _command.Program.InvokePath);

    /// <summary>The child; 0 while there is none.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Whether it answers.</summary>
    public bool IsHealthy => Healthy;

    /// <summary>Requests that it is at.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Completes when it answers for the first time, or has ended before.</summary>
    public Task<Result<Done>> Started => _started.Task;

    private volatile bool Healthy;

    public void Enter() => Interlocked.Increment(ref _inside);

    public void Leave() => Interlocked.Decrement(ref _inside);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _life.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task LiveAsync()
    {
        var pause = TimeSpan.FromMilliseconds(250);
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var born = _time.GetTimestamp();
                var reason = await LiveOnceAsync().ConfigureAwait(false);
                if (_stop.IsCancellationRequested) break;
                _started.TrySetResult(new Error(ErrorCode.Unavailable, $"{reason}{LastLines()}"));
                _command.OnLine($"The model's server {reason}; it is started again in {pause.TotalSeconds:0.##} s.");
                if (_time.GetElapsedTime(born) > TimeSpan.FromMinutes(1)) pause = TimeSpan.FromMilliseconds(250);
                await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(false);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, TimeSpan.FromSeconds(30).Ticks));
            }
            catch (OperationCanceledException)
            {
                // Only disposal cancels; the loop's condition ends it.
            }
        }
        _started.TrySetResult(new Error(ErrorCode.Cancelled, "The server was taken down before it answered."));
    }

    /// <summary>Starts the child and watches it; gives the reason why it is no more.</summary>
    private async Task<string> LiveOnceAsync()
    {
        var port = FreePort();
        await using var child = ChildProcess.Start(_command.At(port), OnLine, out var reason);
        if (child is null) return $"could not be started: {reason}";
        Address = new Uri($"http://127.0.0.1:{port}");
        ProcessId = child.Id;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var exit = child.WaitAsync(CancellationToken.None);
        try
        {
            var watch = WatchAsync(exit, end.Token);
            await Task.WhenAny(exit, watch).ConfigureAwait(false);
            if (exit.IsCompleted) return $"ended with exit code {await exit.ConfigureAwait(false)}{(Healthy ? "" : $" before it answered GET {_command.Program.PingPath}")}";
            return await watch.ConfigureAwait(false);
        }
        finally
        {
            Healthy = false;
            ProcessId = 0;
            await end.CancelAsync().ConfigureAwait(false);
            if (!exit.IsCompleted)
            {
                child.Terminate();
                await Task.WhenAny(exit, Task.Delay(TimeSpan.FromSeconds(2), _time, CancellationToken.None)).ConfigureAwait(false);
            }
        }
    }

    private async Task<string> WatchAsync(Task exit, CancellationToken ct)
    {
        var start = _time.GetTimestamp();
        while (!await PingAsync(ct).ConfigureAwait(false))
        {
            if (_time.GetElapsedTime(start) > _command.StartTimeout) return $"did not answer GET {_command.Program.PingPath} within {_command.StartTimeout.TotalSeconds:0} s";
            await Task.Delay(FirstPingInterval, _time, ct).ConfigureAwait(false);
        }
        Healthy = true;
        _started.TrySetResult(Done.Value);
        var missed = 0;
        while (!exit.IsCompleted)
        {
            await Task.Delay(PingInterval, _time, ct).ConfigureAwait(false);
            // A server that is busy with requests may be too busy for a ping; it is judged by them.
            missed = await PingAsync(ct).ConfigureAwait(false) || Inside > 0 ? 0 : missed + 1;
            if (missed >= MaxMissedPings) return $"no longer answers GET {_command.Program.PingPath}";
        }
        return "ended";
    }

    private async Task<bool> PingAsync(CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var timer = _time.CreateTimer(static c => ((CancellationTokenSource)c!).Cancel(), limit, PingTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, _command.Program.PingPath));
            using var response = await _http.SendAsync(request, limit.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private void OnLine(string line)
    {
        lock (_lastLines)
        {
            if (_lastLines.Count >= 5) _lastLines.Dequeue();
            _lastLines.Enqueue(line.Length > 300 ? line[..300] : line);
        }
        _command.OnLine(line);
    }

    private string LastLines()
    {
        lock (_lastLines) return _lastLines.Count == 0 ? "" : $". Its last lines: {string.Join(" | ", _lastLines)}";
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
