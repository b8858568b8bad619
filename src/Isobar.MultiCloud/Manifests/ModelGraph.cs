namespace Isobar.MultiCloud.Manifests;

/// <summary>The models of a manifest as a graph: one feeds another where a data set comes of its training.</summary>
internal static class ModelGraph
{
    /// <summary>The models that a training reads from.</summary>
    public static IEnumerable<string> Before(Manifest manifest, TrainingWish training) =>
        training.Data.Values.Distinct().Select(d => manifest.Data?.GetValueOrDefault(d)?.From).OfType<string>().Distinct();

    /// <summary>All that a training reads from, over however many steps.</summary>
    public static IReadOnlyCollection<string> AllBefore(Manifest manifest, string model)
    {
        var (found, waiting) = (new HashSet<string>(), new Queue<string>([model]));
        while (waiting.TryDequeue(out var at))
            if (manifest.Models?.GetValueOrDefault(at)?.Training is { } training)
                foreach (var before in Before(manifest, training).Where(found.Add)) waiting.Enqueue(before);
        return found;
    }

    /// <summary>A model and all that it is linked with, over however many steps, but not through those that are left out.</summary>
    public static IReadOnlyList<string> Linked(Manifest manifest, string model, IReadOnlyCollection<string>? without = null)
    {
        var links = (manifest.Models ?? new Dictionary<string, ModelWish>()).Where(m => m.Value.Training is not null).SelectMany(m => Before(manifest, m.Value.Training!).Select(b => (From: b, To: m.Key))).ToList();
        var (linked, waiting) = (new List<string> { model }, new Queue<string>([model]));
        while (waiting.TryDequeue(out var at))
            foreach (var next in links.Where(l => l.From == at || l.To == at).Select(l => l.From == at ? l.To : l.From).Where(n => !linked.Contains(n) && without?.Contains(n) != true).Distinct().ToList())
            {
                linked.Add(next);
                waiting.Enqueue(next);
            }
        return linked;
    }

    /// <summary>The models on a circle, in the order of their links; empty where there is none.</summary>
    public static IReadOnlyList<string> Circle(Manifest manifest, string model)
    {
        var path = new List<string>();
        return Follow(model) ? path : [];

        bool Follow(string at)
        {
            if (path.Contains(at)) return at == model;
            path.Add(at);
            if (manifest.Models?.GetValueOrDefault(at)?.Training is { } training)
                foreach (var before in Before(manifest, training))
                    if (Follow(before)) return true;
            path.RemoveAt(path.Count - 1);
            return false;
        }
    }
}
