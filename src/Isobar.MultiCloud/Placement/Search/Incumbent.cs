namespace Isobar.MultiCloud.Placement.Search;

/// <summary>Makes a placement that keeps every limit of one that may not, and makes it as cheap as single moves can.</summary>
internal sealed class Incumbent(Numbers numbers)
{
    /// <summary>The best one so far, by each task's candidate.</summary>
    public Candidate[]? Best { get; private set; }

    /// <summary>What it costs; the largest number there is while there is none.</summary>
    public long Cost { get; private set; } = long.MaxValue;

    public void Offer(int[] choice)
    {
        var used = new long[numbers.Limits.Length];
        for (var t = 0; t < choice.Length; t++) Use(used, numbers.Options[t][choice[t]], 1);
        if (!Repair(choice, used)) return;
        while (Move(choice, used, 0) is { Task: >= 0, Change: < 0 } better) Take(choice, used, better.Task, better.Option);
        var (cost, money) = Total(choice);
        if (money > numbers.MaxMoney || cost >= Cost) return;
        (Best, Cost) = ([.. choice.Select((o, t) => numbers.Options[t][o].Candidate)], cost);
    }

    private bool Repair(int[] choice, long[] used)
    {
        for (var over = Over(used); over > 0; over = Over(used))
        {
            var step = Move(choice, used, over);
            if (step.Task < 0) return false;
            Take(choice, used, step.Task, step.Option);
        }
        return true;
    }

    // The cheapest move of one task. Where limits are overdrawn: the cheapest for what it gives back, and it must give back something.
    private (int Task, int Option, double Change) Move(int[] choice, long[] used, long over)
    {
        var best = (Task: -1, Option: -1, Change: over > 0 ? double.MaxValue : 0);
        for (var t = 0; t < choice.Length; t++)
        {
            var (now, options) = (numbers.Options[t][choice[t]], numbers.Options[t]);
            for (var o = 0; o < options.Length; o++)
            {
                if (o == choice[t]) continue;
                var change = (double)(options[o].Cost - now.Cost + Moved(choice, t, now.Place, options[o].Place));
                if (over == 0 && change >= best.Change) continue;
                var back = over - Over(used, now, options[o]);
                if (over == 0 ? back < 0 : back <= 0) continue;
                if (over > 0) change = change <= 0 ? change : change / back;
                if (change < best.Change) best = (t, o, change);
            }
        }
        return best;
    }

    private long Moved(int[] choice, int task, int from, int to)
    {
        if (from == to) return 0;
        var change = 0L;
        foreach (var link in numbers.LinksOf(task))
        {
            var other = Forest.Other(link, task);
            var there = numbers.Options[other][choice[other]].Place;
            change += link.From == task ? link.Cost(to, there, numbers.CloudOf) - link.Cost(from, there, numbers.CloudOf) : link.Cost(there, to, numbers.CloudOf) - link.Cost(there, from, numbers.CloudOf);
        }
        return change;
    }

    private void Take(int[] choice, long[] used, int task, int option)
    {
        Use(used, numbers.Options[task][choice[task]], -1);
        Use(used, numbers.Options[task][option], 1);
        choice[task] = option;
    }

    private static void Use(long[] used, Option option, int times)
    {
        for (var q = 0; q < used.Length; q++) used[q] += times * option.Candidate.Uses[q];
    }

    private long Over(long[] used)
    {
        var over = 0L;
        for (var q = 0; q < used.Length; q++) over += Math.Max(0, used[q] - numbers.Limits[q]);
        return over;
    }

    private long Over(long[] used, Option left, Option taken)
    {
        var over = 0L;
        for (var q = 0; q < used.Length; q++) over += Math.Max(0, used[q] - left.Candidate.Uses[q] + taken.Candidate.Uses[q] - numbers.Limits[q]);
        return over;
    }

    private (long Cost, long Money) Total(int[] choice)
    {
        var (cost, money) = (0L, 0L);
        for (var t = 0; t < choice.Length; t++) (cost, money) = (cost + numbers.Options[t][choice[t]].Cost, money + numbers.Options[t][choice[t]].Money);
        var moved = numbers.Links.Sum(l => l.Cost(numbers.Options[l.From][choice[l.From]].Place, numbers.Options[l.To][choice[l.To]].Place, numbers.CloudOf));
        return (cost + moved, money + moved);
    }
}
