using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar predict</c>: sends a body to an endpoint and prints the reply.</summary>
internal static class PredictCommand
{
    private static readonly Argument<string> Endpoint = new("endpoint") { Description = "The endpoint's name" };
    private static readonly Argument<string?> Body = new("body") { Description = "The body; without it --file, or the standard input", DefaultValueFactory = _ => null };
    private static readonly Option<string?> File = new("--file") { Description = "A file to send" };
    private static readonly Option<bool> Header = new("--skip-header") { Description = "Leave out the file's first line" };
    private static readonly Option<string> Type = new("--content-type") { Description = "MIME type of the body", DefaultValueFactory = _ => "text/csv" };
    private static readonly Option<string?> Accept = new("--accept") { Description = "MIME type wanted back" };
    private static readonly Option<string?> Variant = new("--variant") { Description = "The variant to ask" };

    public static Command Create()
    {
        var command = new Command("predict", "Ask a model") { Endpoint, Body, File, Header, Type, Accept, Variant };
        Session.Serve(command, RunAsync);
        return command;
    }

    private static async Task<Error?> RunAsync(Session session, CancellationToken ct)
    {
        var name = session.Get(Endpoint);
        string text;
        if (session.Get(Body) is { } given) text = given;
        else if (session.Get(File) is not { } file) text = await Console.In.ReadToEndAsync(ct);
        else if (System.IO.File.Exists(file)) text = await System.IO.File.ReadAllTextAsync(file, ct);
        else return Error.NotFound($"The file {file}");
        if (session.Get(Header)) text = text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..];

        var request = new PredictionRequest(Encoding.UTF8.GetBytes(text), session.Get(Type)) { Accept = session.Get(Accept), Variant = session.Get(Variant) };
        if (!(await session.Cloud.Serving.PredictAsync(name, request, ct)).TryGet(out var reply, out var error)) return Session.Suggest(error, name, await session.Cloud.Serving.ListAsync(ct), e => e.Name);
        var answer = Encoding.UTF8.GetString(reply.Body.Span);
        if (session.Json) Output.Json(new JsonObject { ["endpoint"] = name, ["variant"] = reply.Variant, ["contentType"] = reply.ContentType, ["body"] = answer });
        else Console.WriteLine(answer.TrimEnd('\n'));
        return null;
    }
}
