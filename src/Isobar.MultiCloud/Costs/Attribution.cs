using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.State;

namespace Isobar.MultiCloud.Costs;

/// <summary>Tells whose a usage is, by the names that everything of a project has.</summary>
internal sealed class Attribution
{
    private readonly List<(string Prefix, Project Project, string Model)> _models;
    private readonly IReadOnlyList<Project> _projects;

    private Attribution(IReadOnlyList<Project> projects)
    {
        _projects = projects;
        // The longest name first: it says the most.
        _models = [.. projects.SelectMany(p => (p.Manifest.Models?.Keys ?? []).Select(m => (Names.Endpoint(p.Manifest.Name, m), p, m))).OrderByDescending(m => m.Item1.Length)];
    }

    public static async Task<Attribution> ReadAsync(IControlStore store, CancellationToken ct) =>
        new([.. (await store.ListAsync(Kinds.Projects, "", ct).ConfigureAwait(false)).Select(p => p.Value)]);

    public IReadOnlyList<Project> Projects => _projects;

    public (Project? Project, string? Model) Of(UsageLine line)
    {
        var name = line.Resource[(line.Resource.LastIndexOfAny(['/', ':']) + 1)..];
        foreach (var (prefix, project, model) in _models)
            if (name == prefix || name.StartsWith(prefix + "-", StringComparison.Ordinal) || line.Resource.Split('/', ':').Contains(prefix)) return (project, model);
        return (_projects.FirstOrDefault(p => name.StartsWith($"isobar-{p.Manifest.Name}-", StringComparison.Ordinal)), null);
    }
}
