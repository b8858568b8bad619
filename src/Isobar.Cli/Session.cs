using System.CommandLine;
using Isobar.Aws.Client;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Server.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Cli;

/// <summary>A command's connection to a running Isobar, through the vocabulary of all clouds.</summary>
internal sealed class Session : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private Session(ServiceProvider services, ParseResult parsed) => (_services, Parsed) = (services, parsed);

    public ParseResult Parsed { get; }
    public ICloud Cloud => _services.GetRequiredService<ICloud>();
    public HttpClient Http => _services.GetRequiredService<IHttpClientFactory>().CreateClient();
    public TimeProvider Time => _services.GetRequiredService<TimeProvider>();
    public bool Json => Parsed.GetValue(Globals.Json);

    public T Get<T>(Option<T> option) => Parsed.GetValue(option)!;
    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    /// <summary>Services that reach the cloud at an address with the credentials that an emulator takes.</summary>
    public static ServiceProvider Connect(string endpoint) => new ServiceCollection()
        .AddLogging()
        .AddAwsCloud(new AwsClientOptions
        {
            Endpoint = new Uri(endpoint),
            AccessKeyId = Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") ?? "test",
            SecretAccessKey = Environment.GetEnvironmentVariable("AWS_SECRET_ACCESS_KEY") ?? "test",
        })
        .BuildServiceProvider();

    /// <summary>Makes the command run against the server that <c>--endpoint</c> or the data directory names.</summary>
    public static void Serve(Command command, Func<Session, CancellationToken, Task<Error?>> run) => command.SetAction((parsed, ct) => ServeAsync(parsed, run, ct));

    /// <summary>The same, for a command that may speak to another side.</summary>
    public static async Task<int> ServeAsync(ParseResult parsed, Func<Session, CancellationToken, Task<Error?>> run, CancellationToken ct)
    {
        var data = parsed.GetValue(Globals.Data)!;
        var server = parsed.GetValue(Globals.Endpoint) is null ? RunFile.Read(data) : null;
        if ((parsed.GetValue(Globals.Endpoint) ?? server?.Aws) is not { } endpoint)
            return Exit.Fail(Exit.Unavailable, $"no Isobar runs on the data directory {Path.GetFullPath(data)}; start one with 'isobar up', or name one with --endpoint");
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")) return Exit.Fail(Exit.Usage, $"--endpoint: '{endpoint}' is not an http address");
        await using var session = new Session(Connect(endpoint), parsed);
        if (await run(session, ct) is not { } error) return Exit.Ok;
        return Exit.Fail(server is { VerifySignatures: true } && Exit.Of(error.Code) == Exit.Denied
            ? error with { Message = error.Message.TrimEnd('.') + ". This server checks signatures; eval \"$(isobar keys create --export)\" makes a key." }
            : error);
    }

    /// <summary>Names what was probably meant, where a resource is not found.</summary>
    public static Error Suggest<T>(Error error, string typed, Result<IReadOnlyList<T>> all, Func<T, string> name) =>
        error.Code != ErrorCode.NotFound ? error : error with
        {
            // SageMaker does not always say what it did not find.
            Message = (error.Message.Contains(typed, StringComparison.Ordinal) ? error.Message.TrimEnd('.') + "." : $"There is no '{typed}'.")
                + (all.IsOk && Nearest.To(typed, all.Value.Select(name)) is { } near ? $" Did you mean '{near}'?" : ""),
        };

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
