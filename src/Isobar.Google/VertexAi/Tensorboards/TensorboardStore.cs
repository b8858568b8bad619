using Google.Protobuf.WellKnownTypes;
using Isobar.Engine.State;
using Isobar.Google.VertexAi.Resources;
using Isobar.Google.VertexAi.V1;

namespace Isobar.Google.VertexAi.Tensorboards;

/// <summary>Tensorboards with all that lies in them. What changes one holds the lock of its tensorboard.</summary>
internal sealed class TensorboardStore(IStateStore state, TimeSeriesPoints points, TimeProvider time)
{
    // As Vertex AI has it.
    private const int MaxPoints = 5000;

    public TensorboardKind<Tensorboard> Boards { get; } = new(state, "tensorboard", 0, isNameNeeded: true, isNameUnique: false, time, "display_name", "description", "labels", "is_default");
    public TensorboardKind<TensorboardExperiment> Experiments { get; } = new(state, "tensorboard_experiment", 1, isNameNeeded: false, isNameUnique: false, time, "display_name", "description", "labels");
    public TensorboardKind<TensorboardRun> Runs { get; } = new(state, "tensorboard_run", 2, isNameNeeded: true, isNameUnique: true, time, "display_name", "description", "labels");
    public TensorboardKind<TensorboardTimeSeries> Series { get; } = new(state, "tensorboard_time_series", 3, isNameNeeded: true, isNameUnique: true, time, "display_name", "description", "plugin_data");

    /// <summary>A tensorboard with the number of its runs.</summary>
    public async Task<Tensorboard> CountedAsync(Tensorboard board, CancellationToken ct)
    {
        board.RunCount = (await Runs.AllAsync($"{board.Name}/", ct).ConfigureAwait(false)).Count;
        return board;
    }

    /// <summary>Leaves one default to a location.</summary>
    public async Task OnlyDefaultAsync(Tensorboard chosen, CancellationToken ct)
    {
        if (!chosen.IsDefault) return;
        var prefix = chosen.Name[..(chosen.Name.LastIndexOf('/') + 1)];
        foreach (var other in await Boards.AllAsync(prefix, ct).ConfigureAwait(false))
        {
            if (!other.IsDefault || other.Name == chosen.Name) continue;
            other.IsDefault = false;
            MessageFields.Stamp(other, "update_time", time.GetUtcNow());
            await Boards.PutAsync(other, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes whatever the name means, with what lies in it: 1. the points; 2. what stands over them, from below. One that is cut short can be done again.</summary>
    public async Task DeleteAsync(TensorboardName name, CancellationToken ct)
    {
        var text = name.ToString();
        // 1.
        var runs = (await Runs.AllAsync(text, ct).ConfigureAwait(false)).Select(r => r.Name).Where(Within).ToList();
        foreach (var run in runs) await points.ForgetRunAsync(TensorboardName.Parse(run, 2), ct).ConfigureAwait(false);
        if (name.IsSeries) await points.ForgetSeriesAsync(name, ct).ConfigureAwait(false);
        // 2.
        foreach (var series in (await Series.AllAsync(text, ct).ConfigureAwait(false)).Select(s => s.Name).Where(Within)) await Series.DeleteAsync(series, ct).ConfigureAwait(false);
        foreach (var run in runs) await Runs.DeleteAsync(run, ct).ConfigureAwait(false);
        foreach (var experiment in (await Experiments.AllAsync(text, ct).ConfigureAwait(false)).Select(e => e.Name).Where(Within)) await Experiments.DeleteAsync(experiment, ct).ConfigureAwait(false);
        await Boards.DeleteAsync(text, ct).ConfigureAwait(false);

        // run-10 is not within run-1, though their names begin alike.
        bool Within(string other) => other == text || other.StartsWith(text + "/", StringComparison.Ordinal);
    }

    /// <summary>Writes points of several runs. 1. Everything is checked. 2. The points. 3. What the time series say of them.</summary>
    public async Task WriteAsync(IReadOnlyList<(TensorboardName Run, IReadOnlyList<TimeSeriesData> Data)> writes, CancellationToken ct)
    {
        // 1.
        if (writes.Sum(w => w.Data.Sum(d => d.Values.Count)) is > MaxPoints and var count) throw Faults.Invalid("time_series_data", $"{count}", $"at most {MaxPoints} points a request");
        var series = new Dictionary<string, TensorboardTimeSeries>();
        foreach (var (run, data) in writes)
        {
            await Runs.GetAsync(run, ct).ConfigureAwait(false);
            foreach (var each in data)
            {
                var name = run.Child(each.TensorboardTimeSeriesId, "tensorboard_time_series_id");
                var found = series[name.ToString()] = await Series.GetAsync(name, ct).ConfigureAwait(false);
                if (each.ValueType != found.ValueType) throw Faults.Invalid("time_series_data.value_type", each.ValueType.ToString(), $"that of {found.Name} is {found.ValueType}");
                if (each.Values.Any(v => v.Scalar is null)) throw Faults.Invalid("time_series_data.values", null, $"{found.Name} takes scalars alone");
            }
        }

        foreach (var (run, data) in writes)
        {
            // 2.
            await points.WriteAsync(run, data, ct).ConfigureAwait(false);
            // 3.
            foreach (var each in data.Where(d => d.Values.Count > 0))
            {
                var found = series[run.Child(each.TensorboardTimeSeriesId, "").ToString()];
                var (step, wall) = (each.Values.Max(v => v.Step), each.Values.Max(v => v.WallTime?.ToDateTimeOffset() ?? time.GetUtcNow()));
                found.Metadata = found.Metadata is { } old
                    ? new() { MaxStep = Math.Max(old.MaxStep, step), MaxWallTime = old.MaxWallTime.ToDateTimeOffset() > wall ? old.MaxWallTime : wall.ToTimestamp() }
                    : new() { MaxStep = step, MaxWallTime = wall.ToTimestamp() };
                await Series.PutAsync(found, ct).ConfigureAwait(false);
            }
        }
    }
}
