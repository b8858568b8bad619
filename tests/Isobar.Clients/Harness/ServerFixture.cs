using Isobar.Google;
using Isobar.Server.Hosting;

[assembly: AssemblyFixture(typeof(Isobar.Clients.Harness.ServerFixture))]

namespace Isobar.Clients.Harness;

/// <summary>The real server, in this process, on free ports, with a data directory of its own. One for all the tests of the assembly.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-clients-").FullName;
    private readonly Func<IsobarServerOptions, IsobarServerOptions> _configure;
    private IsobarServer? _server;

    public ServerFixture() : this(o => o) { }

    internal ServerFixture(Func<IsobarServerOptions, IsobarServerOptions> configure) => _configure = configure;

    /// <summary>What clients sign with.</summary>
    internal (string Key, string Secret) Credentials { get; set; } = ("isobar", "isobar-secret");

    /// <summary>The server's own services.</summary>
    internal IServiceProvider Services => _server!.Services;

    /// <summary>Where it answers.</summary>
    public ServerAddresses Addresses => _server!.Addresses;

    /// <summary>The AWS port's URL.</summary>
    public string Aws => Addresses.Aws;

    public async ValueTask InitializeAsync() => _server = await IsobarServer.StartAsync(_configure(new IsobarServerOptions
    {
        DataDirectory = Path.Combine(_folder, "data"),
        ControlPort = 0,
        AwsPort = 0,
        GcpPort = 0,
        AzurePort = 0,
        LogToConsole = false,
        WorkerCommand = ["dotnet", Path.Combine(AppContext.BaseDirectory, "isobar.dll")],
    }));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        try { Directory.Delete(_folder, recursive: true); }
        catch (IOException) { /* A child that is still dying may hold a file; the folder lies in the system's temp folder. */ }
    }

    /// <summary>What the official tools need to find this server, as <c>isobar env</c> prints it.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(GoogleEnvironment.Variables(Addresses.DataDirectory, Addresses.Gcp))
    {
        ["ISOBAR_AZURE_ENDPOINT"] = Addresses.Azure,
        ["NODE_EXTRA_CA_CERTS"] = Addresses.Ca,
        ["AWS_ENDPOINT_URL"] = Aws,
        ["AWS_ACCESS_KEY_ID"] = Credentials.Key,
        ["AWS_SECRET_ACCESS_KEY"] = Credentials.Secret,
        ["AWS_DEFAULT_REGION"] = "us-east-1",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
        ["AWS_CONFIG_FILE"] = Path.Combine(_folder, "no-config"),
        ["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(_folder, "no-credentials"),
        ["AWS_PAGER"] = "",
        ["PYTHONWARNINGS"] = "ignore",
        ["NO_PROXY"] = "*",
    };
}
