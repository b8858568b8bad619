using System.Text.Json.Nodes;

namespace Isobar.Cli.Tests;

/// <summary>A manifest's life from the command line: told, applied, watched, changed, taken down.</summary>
public sealed class ManifestTests : IAsyncDisposable
{
    private readonly Terminal _terminal = new();

    public ValueTask DisposeAsync() => _terminal.DisposeAsync();

    [Fact]
    public async Task Validate_OfSeveralFaults_NamesEachByLineAndColumn()
    {
        var file = _terminal.File("m.yaml", "name: Demo\nmodels:\n  line:\n    training: { algorithm: linear, task: guess, data: { train: rows } }\n");
        var ran = await _terminal.RunAsync("validate", file);
        Assert.NotEqual(Exit.Ok, ran.Exit);
        foreach (var fault in new[] { "1:7 name", "4:42 models.line.training.task" }) Assert.Contains(fault, ran.Errors, StringComparison.Ordinal);
        var missing = await _terminal.RunAsync("validate", _terminal.File("n.yaml", "name: demo\ndata:\n  rows: { path: nowhere.csv }\nmodels:\n  line:\n    training: { algorithm: linear, task: regression, label: y, data: { train: others } }\n"));
        foreach (var fault in new[] { "3:17 data.rows.path", "nowhere.csv", "6:79 models.line.training.data.train" }) Assert.Contains(fault, missing.Errors, StringComparison.Ordinal);
        var right = await _terminal.RunAsync("validate", Manifest("3"), "--json");
        Assert.True(right.Exit == Exit.Ok, right.Errors);
        Assert.Equal("demo", Assert.Single(right.Lines)["project"]!.GetValue<string>());
    }

    [Fact]
    public async Task Schema_Printed_IsTheDocumentsOwn()
    {
        var ran = await _terminal.RunAsync("schema");
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", JsonNode.Parse(ran.Output)!["$schema"]!.GetValue<string>());
    }

    [Fact]
    public async Task Manifest_AppliedChangedRolledBackAndDestroyed_IsToldAtEachStep()
    {
        await _terminal.UpAsync();
        var manifest = Manifest("3");

        // 1. The plan says where and for how much, and does nothing.
        var plan = Assert.Single((await DoneAsync("plan", manifest, "--json")).Lines);
        Assert.Equal(["create training", "create endpoint", "create endpoint"], plan["changes"]!.AsArray().Select(c => $"{c!["action"]} {c["kind"]}"));
        Assert.Contains("No projects", (await DoneAsync("projects")).Output, StringComparison.Ordinal);

        // 2. Applied, it stands.
        var applied = await DoneAsync("apply", manifest);
        Assert.Contains("demo stands as the manifest wants it (revision 1)", applied.Output, StringComparison.Ordinal);
        Assert.Contains("nothing to do", (await DoneAsync("plan", manifest)).Output, StringComparison.Ordinal);
        var project = Assert.Single((await DoneAsync("projects", "--json")).Lines);
        Assert.True(project["settled"]!.GetValue<bool>());

        // A file's rows over both clouds, joined as they stood.
        var predicted = _terminal.File("predicted.csv", "");
        var batch = await DoneAsync("batch", "demo/line", _terminal.File("ask.csv", "x\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"{i}\n"))), "--header", "--join", "--out", predicted);
        Assert.Contains("9 predictions are in", batch.Output, StringComparison.Ordinal);
        Assert.Matches("in aws .* in azure|in azure .* in aws", batch.Errors);
        foreach (var (i, line) in (await File.ReadAllLinesAsync(predicted, TestContext.Current.CancellationToken)).Index())
        {
            var pair = line.Split(',').Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal((i + 1, 3.0 * (i + 1)), (pair[0], Math.Round(pair[1], 2)));
        }

        // 3. Advice is given and done.
        var advice = (await DoneAsync("costs", "--json")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.Equal("spot", JsonNode.Parse(advice)![0]!["kind"]!.GetValue<string>());
        Assert.Contains("Done: spot of demo/line", (await DoneAsync("costs", "apply", "1")).Output, StringComparison.Ordinal);
        var none = await _terminal.RunAsync("costs", "apply", "99");
        Assert.Equal(Exit.NotFound, none.Exit);
        Assert.Contains("There is no advice 99", none.Errors, StringComparison.Ordinal);

        // 4. Other data are another version; the plan says what becomes of the endpoints.
        var changed = Manifest("5");
        Assert.Contains("serves what is trained", (await DoneAsync("plan", changed)).Output, StringComparison.Ordinal);
        await DoneAsync("apply", changed);
        Assert.Equal(["2 Production", "1 Archived"], (await DoneAsync("models", "demo", "--json")).Lines.Select(v => $"{v["number"]} {v["stage"]}"));

        // 5. Back, and forth again.
        Assert.Contains("Version 1", (await DoneAsync("rollback", "demo/line")).Output, StringComparison.Ordinal);
        Assert.Contains("Version 2", (await DoneAsync("promote", "demo/line", "2")).Output, StringComparison.Ordinal);
        Assert.Equal(Exit.NotFound, (await _terminal.RunAsync("promote", "demo/line", "9")).Exit);
        Assert.Equal(Exit.Usage, (await _terminal.RunAsync("promote", "demo", "1")).Exit);

        // 6. Gone, without a trace but the audit log.
        Assert.Equal(Exit.Usage, (await _terminal.RunAsync("destroy", "demo")).Exit);
        Assert.Contains("demo is gone", (await DoneAsync("destroy", "demo", "--yes")).Output, StringComparison.Ordinal);
        Assert.Contains("No versions", (await DoneAsync("models")).Output, StringComparison.Ordinal);
        Assert.Contains("The audit log is whole", (await DoneAsync("audit", "verify")).Output, StringComparison.Ordinal);
        Assert.Contains((await DoneAsync("audit", "--json")).Lines, e => e["what"]!.GetValue<string>() == "project.destroy");
    }

    private async Task<Ran> DoneAsync(params string[] arguments)
    {
        var ran = await _terminal.RunAsync(arguments);
        Assert.True(ran.Exit == Exit.Ok, $"{string.Join(' ', arguments)}: {ran.Output}{ran.Errors}");
        return ran;
    }

    // y is x times the factor.
    private string Manifest(string factor)
    {
        _terminal.File("rows.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{i * int.Parse(factor, System.Globalization.CultureInfo.InvariantCulture)}\n")));
        return _terminal.File("demo.yaml", """
            name: demo
            team: research
            data: { rows: { path: rows.csv } }
            models:
              line:
                training: { algorithm: linear, task: regression, label: y, data: { train: rows }, clouds: [aws, azure], resources: { vcpu: 4, memoryGib: 16 } }
                service: { clouds: [aws, azure] }
            """);
    }
}
