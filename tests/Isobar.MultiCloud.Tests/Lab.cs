using Isobar.MultiCloud.Alerts;
using Isobar.MultiCloud.Audit;
using Isobar.MultiCloud.Batches;
using Isobar.MultiCloud.Clouds;
using Isobar.MultiCloud.Costs;
using Isobar.MultiCloud.Logs;
using Isobar.MultiCloud.Manifests;
using Isobar.MultiCloud.Monitoring;
using Isobar.MultiCloud.Monitoring.Quality;
using Isobar.MultiCloud.Orchestration;
using Isobar.MultiCloud.Placement;
using Isobar.MultiCloud.Registry;
using Isobar.MultiCloud.State;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.MultiCloud.Tests;

/// <summary>A control plane over clouds in memory. It can be ended and begun again on what it had written.</summary>
internal sealed class Lab : IAsyncDisposable, IClouds, IPriceTable, IUsage
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-lab-").FullName;
    private ServiceProvider _services;
    private CancellationTokenSource _stop = new();
    private Task _running;

    public Lab() => (_services, _running) = Begin();

    public string Folder => _folder;
    public FakeCloud Aws { get; } = new("aws");
    public FakeCloud Gcp { get; } = new("gcp");
    public FakeGateway Gateway { get; } = new();
    public MemoryStore Store { get; } = new();
    public List<UsageLine> Used { get; } = [];
    public ControlPlane Control => _services.GetRequiredService<ControlPlane>();
    public Versions Versions => _services.GetRequiredService<Versions>();
    public CostBook Costs => _services.GetRequiredService<CostBook>();
    public Adviser Adviser => _services.GetRequiredService<Adviser>();
    public BatchBook Batches => _services.GetRequiredService<BatchBook>();
    public Artifacts Artifacts => _services.GetRequiredService<Artifacts>();
    public DriftWatch Drift => _services.GetRequiredService<DriftWatch>();
    public QualityBook Quality => _services.GetRequiredService<QualityBook>();
    public Blocks Blocks => _services.GetRequiredService<Blocks>();
    public Planner Planner => _services.GetRequiredService<Planner>();
    public LogBook Logs => _services.GetRequiredService<LogBook>();
    public Events Events => _services.GetRequiredService<Events>();
    public AuditLog Audit => _services.GetRequiredService<AuditLog>();

    /// <summary>Google Cloud is the cheaper one.</summary>
    public IReadOnlyList<Offer> Offers(string use) => [new("aws", "us-east-1", "ml.a", 4, 16, 0.4m, 0.1m), new("gcp", "us-central1", "n1-b", 4, 16, 0.2m, 0.08m), .. More];
    /// <summary>Machines beside those two.</summary>
    public IReadOnlyList<Offer> More { get; set; } = [];
    public IReadOnlyList<RegionFacts> Regions => [new("aws", "us-east-1", ["us"]), new("gcp", "us-central1", ["us"])];
    public IReadOnlyList<EgressPrice> Egress => [];
    public IReadOnlyList<Commitment> Commitments => [new("gcp", "1-year", 0.75m), new("gcp", "3-year", 0.5m)];
    public Task Ready => Task.CompletedTask;
    public IReadOnlyList<CloudEntry> All => [new("aws", "aws", "us-east-1", Aws), new("gcp", "gcp", "us-central1", Gcp)];
    public CloudEntry? Find(string name) => All.FirstOrDefault(c => c.Name == name);
    public Task<IReadOnlyList<UsageLine>> ReadAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken ct) => Task.FromResult<IReadOnlyList<UsageLine>>([.. Used]);

    /// <summary>A manifest of one model, trained on a file and served by both clouds.</summary>
    public async Task<Manifest> ManifestAsync(Func<ModelWish, ModelWish>? change = null, string content = "a,b\n1,2\n")
    {
        var digest = (await _services.GetRequiredService<Artifacts>().PutAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)))).Value;
        var wish = new ModelWish(new TrainingWish("linear", "regression", new Dictionary<string, string> { ["train"] = "rows" }, Label: "b"), null, new ServiceWish(["aws", "gcp"]));
        return new Manifest("demo", "research", new Dictionary<string, string> { ["env"] = "test" }, new Dictionary<string, DataSet> { ["rows"] = new("rows.csv", Sha256: digest) }, new Dictionary<string, ModelWish> { ["line"] = change?.Invoke(wish) ?? wish });
    }

    public async Task ApplyAsync(Manifest manifest)
    {
        var applied = await Control.ApplyAsync(manifest, "me");
        Assert.True(applied.IsOk, applied.Error?.Message);
    }

    /// <summary>Waits until everything is as it should be.</summary>
    public Task SettledAsync() => UntilAsync(async () => await Control.GetAsync("demo") is { } p && Standing.IsSettled(p.Value.Manifest, await Control.ModelsAsync("demo")));

    public async Task<ModelStanding> StandingAsync() => Assert.Single(await Control.ModelsAsync("demo"));

    public static async Task UntilAsync(Func<Task<bool>> so)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(4));
        while (!await so()) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
    }

    /// <summary>Ends the control plane wherever it stands, and begins a new one on the same documents.</summary>
    public async Task RestartAsync()
    {
        await EndAsync();
        (_services, _running) = Begin();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private (ServiceProvider, Task) Begin()
    {
        var services = new ServiceCollection().AddLogging().AddHttpClient()
            .AddSingleton<IClouds>(this).AddSingleton<IPriceTable>(this).AddSingleton<IUsage>(this).AddSingleton<IControlStore>(Store).AddSingleton<IServicePublisher>(Gateway).AddSingleton(TimeProvider.System)
            .AddControlPlane(new ControlPlaneOptions { Directory = _folder, Tick = TimeSpan.FromMilliseconds(10), DriftEvery = TimeSpan.FromMilliseconds(30), MonitorEvery = TimeSpan.FromMilliseconds(30), BlockFor = TimeSpan.FromSeconds(30), CheckpointEvery = TimeSpan.FromMilliseconds(20), ScaleUpAfter = TimeSpan.FromMilliseconds(20), ScaleDownAfter = TimeSpan.FromMilliseconds(60), CallTimeout = TimeSpan.FromSeconds(5), IdleAfter = TimeSpan.Zero, CommitAfter = TimeSpan.Zero })
            .BuildServiceProvider();
        _stop = new CancellationTokenSource();
        var reconciler = services.GetRequiredService<Reconciler>();
        var batches = services.GetRequiredService<BatchBook>();
        var alerts = services.GetRequiredService<AlertDelivery>();
        return (services, Task.WhenAll(Task.Run(() => reconciler.RunAsync(_stop.Token)), Task.Run(() => batches.RunAsync(_stop.Token)), Task.Run(() => alerts.RunAsync(_stop.Token))));
    }

    private async Task EndAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _services.DisposeAsync();
    }
}
