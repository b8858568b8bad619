namespace Isobar.MultiCloud.Placement.Search;

/// <summary>The links between tasks as trees. Of a circle, the link that costs least is left out: what is left is no dearer than the whole.</summary>
internal sealed class Forest
{
    public Forest(Numbers numbers)
    {
        var (root, near) = (Enumerable.Range(0, numbers.Tasks).ToArray(), Enumerable.Range(0, numbers.Tasks).Select(_ => new List<Link>()).ToArray());
        foreach (var link in numbers.Links.OrderByDescending(l => l.Beyond.DefaultIfEmpty().Max()))
        {
            var (a, b) = (Find(link.From), Find(link.To));
            if (a == b) continue;
            root[a] = b;
            near[link.From].Add(link);
            near[link.To].Add(link);
        }
        (Parent, var order, var seen) = (new Link?[numbers.Tasks], new List<int>(), new bool[numbers.Tasks]);
        for (var start = 0; start < numbers.Tasks; start++)
        {
            if (seen[start]) continue;
            var waiting = new Queue<int>([start]);
            seen[start] = true;
            while (waiting.TryDequeue(out var task))
            {
                order.Add(task);
                foreach (var link in near[task])
                {
                    var other = Other(link, task);
                    if (seen[other]) continue;
                    (seen[other], Parent[other]) = (true, link);
                    waiting.Enqueue(other);
                }
            }
        }
        Order = [.. order];

        int Find(int task)
        {
            while (root[task] != task) task = root[task] = root[root[task]];
            return task;
        }
    }

    /// <summary>All tasks, each behind its parent.</summary>
    public int[] Order { get; }

    /// <summary>The link to the parent of each task; null: it is a root.</summary>
    public Link?[] Parent { get; }

    public static int Other(Link link, int task) => link.From == task ? link.To : link.From;
}
