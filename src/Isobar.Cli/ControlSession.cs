using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Isobar.Core.Results;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Cli;

/// <summary>A command's connection to the control plane of a running Isobar.</summary>
internal sealed class ControlSession : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddHttpClient().AddSingleton(TimeProvider.System).BuildServiceProvider();
    private readonly string _control;

    private ControlSession(ParseResult parsed, string control) => (Parsed, _control) = (parsed, control);

    public ParseResult Parsed { get; }
    public TimeProvider Time => _services.GetRequiredService<TimeProvider>();
    public bool Json => Parsed.GetValue(Globals.Json);

    public T Get<T>(Option<T> option) => Parsed.GetValue(option)!;
    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    /// <summary>The address of the control plane: of the server on the data directory, or the one that <c>ISOBAR_ENDPOINT</c> names.</summary>
    public static string? Address(ParseResult parsed) =>
        RunFile.Read(parsed.GetValue(Globals.Data)!)?.Control ?? (Environment.GetEnvironmentVariable("ISOBAR_ENDPOINT") is { Length: > 0 } named ? named.TrimEnd('/') : null);

    public static void Serve(Command command, Func<ControlSession, CancellationToken, Task<Error?>> run) => command.SetAction((parsed, ct) => ServeAsync(parsed, run, ct));

    /// <summary>The same, for a command that may speak to another side.</summary>
    public static async Task<int> ServeAsync(ParseResult parsed, Func<ControlSession, CancellationToken, Task<Error?>> run, CancellationToken ct)
    {
        if (Address(parsed) is not { } control)
            return Exit.Fail(Exit.Unavailable, $"no Isobar runs on the data directory {Path.GetFullPath(parsed.GetValue(Globals.Data)!)}; start one with 'isobar up', or name one with the variable ISOBAR_ENDPOINT");
        await using var session = new ControlSession(parsed, control);
        return await run(session, ct) is { } error ? Exit.Fail(error) : Exit.Ok;
    }

    public async Task<Result<T>> ReadAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken ct) => await SendAsync(HttpMethod.Get, path, null, type, ct);

    /// <summary>Sends a change. The key makes it safe to send again.</summary>
    public async Task<Result<T>> SendAsync<T>(HttpMethod method, string path, string? json, JsonTypeInfo<T> type, CancellationToken ct, string? match = null)
    {
        using var request = new HttpRequestMessage(method, _control + path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (method != HttpMethod.Get) request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("n"));
        if (match is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{match}\""));
        request.Headers.Add("X-Isobar-User", Environment.UserName);
        if (!(await ExchangeAsync(request, ct)).TryGet(out var reply, out var error)) return error;
        using (reply) return JsonSerializer.Deserialize(await reply.Content.ReadAsStringAsync(ct), type)!;
    }

    /// <summary>Uploads a file unless it is there.</summary>
    public async Task<Result<Done>> UploadAsync(string sha256, string path, CancellationToken ct)
    {
        await using var content = File.OpenRead(path);
        return await UploadAsync(sha256, content, ct);
    }

    /// <summary>Uploads a stream unless it is there.</summary>
    public async Task<Result<Done>> UploadAsync(string sha256, Stream content, CancellationToken ct)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Head, $"{_control}/v1/artifacts/{sha256}");
        if (await ExchangeAsync(ask, ct) is { IsOk: true, Value: var there })
        {
            there.Dispose();
            return Done.Value;
        }
        using var put = new HttpRequestMessage(HttpMethod.Put, $"{_control}/v1/artifacts/{sha256}") { Content = new StreamContent(content) };
        if (!(await ExchangeAsync(put, ct)).TryGet(out var stored, out var error)) return error;
        stored.Dispose();
        return Done.Value;
    }

    /// <summary>Writes an answer into a file, or to the terminal where none is named.</summary>
    public async Task<Result<Done>> DownloadAsync(string path, string? file, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, _control + path);
        if (!(await ExchangeAsync(request, ct)).TryGet(out var reply, out var error)) return error;
        using (reply)
        {
            await using var target = file is null ? Console.OpenStandardOutput() : System.IO.File.Create(file);
            await reply.Content.CopyToAsync(target, ct);
        }
        return Done.Value;
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private async Task<Result<HttpResponseMessage>> ExchangeAsync(HttpRequestMessage request, CancellationToken ct)
    {
        HttpResponseMessage reply;
        if (Key is { } key) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key)));
        try { reply = await _services.GetRequiredService<IHttpClientFactory>().CreateClient().SendAsync(request, ct); }
        catch (HttpRequestException e) { return new Error(ErrorCode.Unavailable, $"The control plane at {_control} cannot be reached: {e.Message}"); }
        if (reply.IsSuccessStatusCode) return reply;
        using (reply) return Problem(reply.StatusCode, await reply.Content.ReadAsStringAsync(ct));
    }

    // What 'isobar keys create --export' sets opens the server of this machine that asks for keys. It is shown to no other one: it may be a real account's.
    private string? Key => Environment.GetEnvironmentVariable("ISOBAR_KEY") is { Length: > 0 } named ? named
        : RunFile.Read(Parsed.GetValue(Globals.Data)!) is { RequireKeys: true } && Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is { Length: > 0 } id && Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY") is { Length: > 0 } secret ? $"{id}:{secret}" : null;

    private static Error Problem(HttpStatusCode status, string body)
    {
        try
        {
            if (JsonNode.Parse(body) is JsonObject problem)
            {
                var code = Enum.TryParse<ErrorCode>(problem["code"]?.GetValue<string>(), out var known) ? known : status == HttpStatusCode.NotFound ? ErrorCode.NotFound : ErrorCode.Internal;
                var faults = (problem["errors"] as JsonObject ?? []).SelectMany(f => f.Value!.AsArray().Select(m => new Fault(f.Key, null, m!.GetValue<string>()))).ToList();
                return new Error(code, problem["detail"]?.GetValue<string>() ?? problem["title"]?.GetValue<string>() ?? $"The control plane answered {(int)status}.") { Faults = faults };
            }
        }
        catch (JsonException)
        {
            // Not the control plane's own words.
        }
        return new Error(status == HttpStatusCode.NotFound ? ErrorCode.NotFound : ErrorCode.Internal, $"The control plane answered {(int)status}.");
    }
}
