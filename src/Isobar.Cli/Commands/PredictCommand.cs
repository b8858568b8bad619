using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar predict</c>: sends a body to an endpoint and prints the reply.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string> Endpoint = new("endpoint") { HelpName = "endpoint", Description = "The endpoint's name" };
    private static readonly Argument<string?> Body = new("body") { Description = "The body; without it --file, or the standard input", DefaultValueFactory = _ => null };
    private static readonly Option<string?> File = new("--file") { Description = "A file to send" };
    private static readonly Option<bool> Header = new("--skip-header") { Description = "Leave out the file's first line" };
    private static readonly Option<string> Type = new("--content-type") { Description = "MIME type of the body", DefaultValueFactory = _ => "text/csv" };
    private static readonly Option<string?> Accept = new("--accept") { Description = "MIME type wanted back" };
    private static readonly Option<string?> Variant = new("--variant") { Description = "The variant to ask" };

    public static Command Create()
    {
        var command = new Command("predict", "Ask a model") { Endpoint, Body, File, Header, Type, Accept, Variant };
        Endpoint.CompletionSources.Add(Completing.Endpoints);
        Session.Serve(command, RunAsync);
        return command;
    }

    private static async Task<Error?> RunAsync(Session session, CancellationToken ct)
    {
        var name = session.Get(Endpoint);
        // Bytes, not text: a body may be an array in npy, or an image.
        ReadOnlyMemory<byte> body;
        if (session.Get(Body) is { } given) body = Encoding.UTF8.GetBytes(given);
        else if (session.Get(File) is not { } file) body = await InputAsync(ct);
        else if (System.IO.File.Exists(file)) body = await System.IO.File.ReadAllBytesAsync(file, ct);
        else return Error.NotFound($"The file {file}");
        if (session.Get(Header)) body = body[(body.Span.IndexOf((byte)'\n') + 1)..];

        var request = new PredictionRequest(body, session.Get(Type)) { Accept = session.Get(Accept), Variant = session.Get(Variant) };
        if (!(await session.Cloud.Serving.PredictAsync(name, request, ct)).TryGet(out var reply, out var error)) return await ExplainAsync(session, name, error, ct);
        var answer = Encoding.UTF8.GetString(reply.Body.Span);
        if (session.Json) Output.Json(new JsonObject { ["endpoint"] = name, ["variant"] = reply.Variant, ["contentType"] = reply.ContentType, ["body"] = answer });
        else Console.WriteLine(answer.TrimEnd('\n'));
        return null;
    }

    private static async Task<ReadOnlyMemory<byte>> InputAsync(CancellationToken ct)
    {
        using var read = new MemoryStream();
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(read, ct);
        return read.ToArray();
    }

    /// <summary>Names the endpoint or the variant that was probably meant.</summary>
    private static async Task<Error> ExplainAsync(Session session, string name, Error error, CancellationToken ct)
    {
        if (session.Get(Variant) is { } variant && (await session.Cloud.Serving.GetAsync(name, ct)).TryGet(out var endpoint, out _) && endpoint.Variants.All(v => v.Name != variant))
            return new Error(ErrorCode.NotFound, $"The endpoint {name} has no variant '{variant}'; it has {string.Join(", ", endpoint.Variants.Select(v => v.Name))}.");
        // SageMaker Runtime answers an unknown endpoint with a validation error.
        var all = await session.Cloud.Serving.ListAsync(ct);
        var missing = all.IsOk && all.Value.All(e => e.Name != name);
        return Session.Suggest(missing ? error with { Code = ErrorCode.NotFound } : error, name, all, e => e.Name);
    }
}
