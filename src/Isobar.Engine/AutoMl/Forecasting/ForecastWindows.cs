namespace Isobar.Engine.AutoMl.Forecasting;

/// <summary>Places to forecast from: what was seen before, what is known of the periods ahead, and what came.</summary>
internal sealed class ForecastWindows(int context, int horizon, Frequency frequency, int known)
{
    private readonly List<float> _history = [], _ahead = [], _future = [];
    private readonly List<double> _naive = [];

    public int Context => context;
    public int Horizon => horizon;
    /// <summary>Numbers known of one period ahead.</summary>
    public int AheadWidth { get; } = frequency.CalendarWidth + known;
    public int Count => _history.Count / context;
    public float[] History => [.. _history];
    public float[] Ahead => [.. _ahead];
    public float[] Future => [.. _future];
    /// <summary>The mean error of repeating the last season, within the series that each window is of.</summary>
    public IReadOnlyList<double> NaiveErrors => _naive;

    /// <summary>Adds the window whose first period to forecast is the series' <paramref name="origin"/>-th.</summary>
    public void Add(Series series, int origin, double naive = 1)
    {
        FillHistory(series, origin, _history, context);
        FillAhead(series, series.First + origin, _ahead);
        for (var h = 0; h < horizon; h++) _future.Add(origin + h < series.Values.Length ? series.Values[origin + h] : float.NaN);
        _naive.Add(naive);
    }

    public float[] AheadOf(Series series, long period)
    {
        var ahead = new List<float>();
        FillAhead(series, period, ahead);
        return [.. ahead];
    }

    /// <summary>The last values before an origin; a series that is too young is as it was at its first value before that.</summary>
    public static void FillHistory(Series series, int origin, List<float> to, int context)
    {
        for (var i = origin - context; i < origin; i++) to.Add(series.Values[Math.Max(0, i)]);
    }

    private void FillAhead(Series series, long period, List<float> to)
    {
        Span<float> calendar = stackalloc float[frequency.CalendarWidth];
        for (var h = 0; h < horizon; h++)
        {
            frequency.Calendar(frequency.StartOf(period + h), calendar);
            foreach (var value in calendar) to.Add(value);
            for (var c = 0; c < known; c++) to.Add(series.AheadAt(c, period + h));
        }
    }

    /// <summary>Some windows, evenly chosen; all where there are no more.</summary>
    public ForecastWindows Thin(int most)
    {
        if (Count <= most) return this;
        var thin = new ForecastWindows(context, horizon, frequency, known);
        for (var i = 0; i < most; i++)
        {
            var w = (int)((long)i * Count / most);
            thin._history.AddRange(_history.GetRange(w * context, context));
            thin._ahead.AddRange(_ahead.GetRange(w * horizon * AheadWidth, horizon * AheadWidth));
            thin._future.AddRange(_future.GetRange(w * horizon, horizon));
            thin._naive.Add(_naive[w]);
        }
        return thin;
    }
}
