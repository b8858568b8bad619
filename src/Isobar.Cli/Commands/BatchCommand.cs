using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Isobar.Core.Results;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Orchestration;

namespace Isobar.Cli.Commands;

/// <summary><c>isobar batch</c>: predicts a file's rows over several clouds at once.</summary>
internal static class BatchCommand
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);
    private static readonly Argument<string> Model = new("model") { Description = "As project/model" };
    private static readonly Argument<string> File = new("file") { Description = "The rows, CSV" };
    private static readonly Option<string?> Out = new("--out") { Description = "Where the predictions go; to the terminal, if no file is named" };
    private static readonly Option<string[]> Clouds = new("--cloud") { Description = "A cloud that may work on it; all that have a price for it, if none is named", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<int?> Version = new("--version-number") { Description = "The model's version; the one in production, if none is named" };
    private static readonly Option<bool> Header = new("--header") { Description = "The first line is a header" };
    private static readonly Option<bool> Join = new("--join") { Description = "Write each prediction behind its row" };

    public static Command Create()
    {
        Model.Validators.Add(r =>
        {
            if (ModelName.Fault(r.GetValueOrDefault<string>()) is { } fault) r.AddError(fault);
        });
        var command = new Command("batch", "Predict a file's rows over several clouds, each by what it does for a dollar") { Model, File, Out, Clouds, Version, Header, Join };
        ControlSession.Serve(command, RunAsync);
        return command;
    }

    // 1. the rows; 2. begun; 3. wait; 4. the predictions.
    private static async Task<Error?> RunAsync(ControlSession session, CancellationToken ct)
    {
        // 1.
        var path = session.Get(File);
        if (!System.IO.File.Exists(path)) return Error.NotFound($"The file {path}");
        string sha256;
        await using (var content = System.IO.File.OpenRead(path)) sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, ct));
        if ((await session.UploadAsync(sha256, path, ct)).Error is { } unsent) return unsent;
        // 2.
        var named = session.Get(Model).Split('/');
        var request = new BatchRequest(named[0], named[1], sha256, session.Get(Clouds) is { Length: > 0 } clouds ? clouds : null, session.Parsed.GetValue(Version), session.Get(Header), session.Get(Join));
        if (!(await session.SendAsync(HttpMethod.Post, "/v1/batches", JsonSerializer.Serialize(request, BatchJson.Default.BatchRequest), BatchJson.Default.BatchWork, ct)).TryGet(out var work, out var error)) return error;
        if (!session.Json) await Console.Error.WriteLineAsync($"{work.Rows} rows in {work.Parts.Count} parts: {string.Join(", ", work.Parts.GroupBy(p => p.Cloud).Select(g => $"{g.Sum(p => p.Rows)} in {g.Key} on {g.First().Sku}"))}");
        // 3.
        while (work.Phase == Phase.Running)
        {
            await Task.Delay(Every, session.Time, ct);
            if (!(await session.ReadAsync($"/v1/batches/{work.Id}", BatchJson.Default.BatchWork, ct)).TryGet(out work, out error)) return error;
        }
        if (work.Phase != Phase.Done) return new Error(ErrorCode.FailedPrecondition, $"The batch {work.Id} failed: {work.Reason}");
        // 4.
        if ((await session.DownloadAsync($"/v1/batches/{work.Id}/result", session.Parsed.GetValue(Out), ct)).Error is { } unread) return unread;
        if (session.Json && session.Parsed.GetValue(Out) is not null) Output.Json(work, BatchJson.Default.BatchWork);
        else if (session.Parsed.GetValue(Out) is { } file) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work.Rows} predictions are in {file}."));
        return null;
    }
}
