using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Isobar.Faults.Cluster;

/// <summary>An address that alerts are posted to.</summary>
internal sealed class Webhook : IDisposable
{
    private readonly HttpListener _listener = new();

    public Webhook()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = ListenAsync();
    }

    public string Address { get; }

    /// <summary>Each delivery by its name, and what it told.</summary>
    public ConcurrentQueue<(string Delivery, string Kind, string Message)> Heard { get; } = new();

    public void Dispose() => _listener.Close();

    private async Task ListenAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var told = (await JsonNode.ParseAsync(context.Request.InputStream))!;
                Heard.Enqueue((context.Request.Headers["Isobar-Delivery"]!, told["kind"]!.GetValue<string>(), told["message"]!.GetValue<string>()));
                context.Response.StatusCode = 204;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException) { /* It is closed. */ }
    }
}
