using Isobar.Server.Hosting;

namespace Isobar.Dashboard.Tests.Harness;

/// <summary>A server with something to see: a model that waits to be promoted, what trained it, and a service under load.</summary>
public sealed class DashboardFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-dashboard-").FullName;
    private IsobarServer? _server;

    public Chromium Chromium { get; } = new();
    public Scenery Scenery { get; private set; } = null!;
    public IsobarServer Server => _server!;
    public string Address => Server.Addresses.Control;

    public static IsobarServerOptions Options(string data) => new()
    {
        DataDirectory = data,
        ControlPort = 0,
        AwsPort = 0,
        GcpPort = 0,
        AzurePort = 0,
        LogToConsole = false,
        WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")],
    };

    public async ValueTask InitializeAsync()
    {
        await Chromium.InitializeAsync();
        _server = await IsobarServer.StartAsync(Options(Path.Combine(_folder, "data")));
        Scenery = new Scenery(_server);
        await Scenery.SetAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Scenery.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        await Chromium.DisposeAsync();
        try { Directory.Delete(_folder, recursive: true); }
        catch (IOException) { /* A child that is still dying may hold a file; the folder lies in the system's temp folder. */ }
    }
}

[CollectionDefinition(Name)]
public sealed class DashboardCollection : ICollectionFixture<DashboardFixture>
{
    public const string Name = "dashboard";
}
