using System.Text.RegularExpressions;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Tensorboards;

/// <summary><c>projects/P/locations/L/tensorboards/T/experiments/E/runs/R/timeSeries/S</c>, or as much of it as names what is meant.</summary>
/// <param name="Board">The tensorboard.</param>
/// <param name="Below">The ids below it: of the experiment, the run and the time series.</param>
internal sealed partial record TensorboardName(ResourceName Board, IReadOnlyList<string> Below)
{
    public const string Boards = "tensorboards";
    private static readonly string[] Kinds = ["experiments", "runs", "timeSeries"];

    /// <summary>The last of its ids.</summary>
    public string Id => Below.Count == 0 ? Board.Id : Below[^1];

    /// <summary>Whether it names a time series.</summary>
    public bool IsSeries => Below.Count == Kinds.Length;

    /// <summary>What it belongs to; not for a tensorboard itself.</summary>
    public TensorboardName Up => new(Board, [.. Below.SkipLast(1)]);

    public override string ToString() => Board + string.Concat(Below.Select((id, i) => $"/{Kinds[i]}/{id}"));

    /// <summary>What stands before the ids of everything one step below.</summary>
    public string Children => $"{this}/{Kinds[Below.Count]}/";

    /// <summary>Reads a name.</summary>
    /// <param name="depth">0 for a tensorboard, 1 for an experiment, 2 for a run, 3 for a time series.</param>
    public static TensorboardName Parse(string name, int depth, string field = "name")
    {
        var parts = name.Split('/');
        var fits = parts.Length == 6 + 2 * depth && Enumerable.Range(0, depth).All(i => parts[6 + 2 * i] == Kinds[i] && Ids().IsMatch(parts[7 + 2 * i]));
        if (!fits) throw Faults.Invalid(field, name, $"must look like projects/PROJECT/locations/LOCATION/{Boards}/TENSORBOARD{string.Concat(Kinds.Take(depth).Select(k => $"/{k}/ID"))}");
        return new TensorboardName(ResourceName.Parse(string.Join('/', parts.Take(6)), Boards, field), [.. Enumerable.Range(0, depth).Select(i => parts[7 + 2 * i])]);
    }

    /// <summary>A name one step below, by the caller's id.</summary>
    public TensorboardName Child(string id, string idField) =>
        Ids().IsMatch(id) ? new TensorboardName(Board, [.. Below, id]) : throw Faults.Invalid(idField, id, "1 to 128 of a-z, 0-9 and hyphen, a letter or digit first");

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,127}$")]
    private static partial Regex Ids();
}
