using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Registry;

namespace Isobar.Server.Dashboard.Reads;

/// <summary>What the control plane's books say, kept for a moment for all open pages.</summary>
internal sealed class BookReads(CostBook book, Adviser adviser, Versions versions, ControlPlane control, Events events, AuditLog audit, BatchBook batches, DriftWatch drift, QualityBook quality, TimeProvider time)
{
    public const int MaxEvents = 1000, MaxAudit = 10_000;
    private readonly Fresh<CostReport> _month = new(() => book.ReportAsync(), TimeSpan.FromSeconds(5), time);
    private readonly Fresh<CostReport> _today = new(() => book.ReportAsync(new DateTimeOffset(time.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero)), TimeSpan.FromSeconds(5), time);
    private readonly Fresh<IReadOnlyList<Advice>> _advice = new(() => adviser.ListAsync(), TimeSpan.FromSeconds(5), time);
    private readonly Fresh<IReadOnlyList<ModelVersion>> _versions = new(() => versions.ListAsync(), TimeSpan.FromSeconds(1), time);
    private readonly Fresh<IReadOnlyList<ControlEvent>> _events = new(() => events.ListAsync(most: MaxEvents), TimeSpan.FromSeconds(1), time);
    private readonly Fresh<IReadOnlyList<AuditEntry>> _audit = new(() => audit.ListAsync(MaxAudit), TimeSpan.FromSeconds(1), time);
    private readonly Fresh<IReadOnlyList<BatchWork>> _batches = new(() => batches.ListAsync(null), TimeSpan.FromSeconds(1), time);
    private readonly Fresh<IReadOnlyList<WatchStanding>> _watches = new(() => drift.ListAsync(), TimeSpan.FromSeconds(1), time);
    private readonly Fresh<IReadOnlyList<QualityReport>> _quality = new(() => quality.ListAsync(), TimeSpan.FromSeconds(1), time);
    private readonly Fresh<IReadOnlyList<ModelStanding>> _standings = new(() => control.ModelsAsync(), TimeSpan.FromSeconds(1), time);

    /// <summary>This calendar month.</summary>
    public Task<CostReport> MonthAsync() => _month.GetAsync();

    /// <summary>This day of UTC.</summary>
    public Task<CostReport> TodayAsync() => _today.GetAsync();

    public Task<IReadOnlyList<Advice>> AdviceAsync() => _advice.GetAsync();

    public Task<IReadOnlyList<ModelVersion>> VersionsAsync() => _versions.GetAsync();

    public Task<IReadOnlyList<ModelStanding>> StandingsAsync() => _standings.GetAsync();

    /// <summary>What happened of late, newest first.</summary>
    public Task<IReadOnlyList<ControlEvent>> EventsAsync() => _events.GetAsync();

    /// <summary>Batch predictions over several clouds, newest first.</summary>
    public Task<IReadOnlyList<BatchWork>> BatchesAsync() => _batches.GetAsync();

    /// <summary>How what endpoints are asked compares with the training data, by model and cloud.</summary>
    public Task<IReadOnlyList<WatchStanding>> WatchesAsync() => _watches.GetAsync();

    /// <summary>How good the answers of services were whose labels are known.</summary>
    public Task<IReadOnlyList<QualityReport>> QualityAsync() => _quality.GetAsync();

    /// <summary>Who changed what, newest first.</summary>
    public Task<IReadOnlyList<AuditEntry>> AuditAsync() => _audit.GetAsync();

    /// <summary>Has everything read again: somebody changed something here.</summary>
    public void Forget()
    {
        _advice.Forget();
        _versions.Forget();
        _standings.Forget();
        _month.Forget();
        _watches.Forget();
    }
}
