using System.Text.Json.Nodes;

namespace Isobar.Cli.Demo;

/// <summary>The same for scripts: a line an event.</summary>
internal sealed class JsonStage : IDemoStage
{
    private int _step;

    public bool Json => true;

    public void Step(int number, string title) => Output.Json(new JsonObject { ["event"] = "step", ["step"] = _step = number, ["title"] = title });

    public void Say(string text) => Output.Json(new JsonObject { ["event"] = "note", ["step"] = _step, ["text"] = text });

    public void Figure(string name, double value, string text, string? cloud)
    {
        var line = new JsonObject { ["event"] = name, ["step"] = _step, ["value"] = value, ["text"] = text };
        if (cloud is not null) line["cloud"] = cloud;
        Output.Json(line);
    }

    public void Table(string name, string[] headings, IReadOnlyList<string[]> rows) =>
        Output.Json(new JsonObject { ["event"] = name, ["step"] = _step, ["rows"] = new JsonArray([.. rows.Select(r => Output.Object(headings, r))]) });

    public void Bars(string name, IReadOnlyList<(string Cloud, IReadOnlyList<(string Label, double Value)> Bars)> groups)
    {
        foreach (var (cloud, bars) in groups)
            Output.Json(new JsonObject { ["event"] = name, ["step"] = _step, ["cloud"] = cloud, ["values"] = new JsonObject(bars.Select(b => KeyValuePair.Create(b.Label, (JsonNode?)JsonValue.Create(b.Value)))) });
    }
}
