using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;
using Isobar.Aws.SageMaker.Algorithms;
using Isobar.Engine;
using Isobar.Engine.Algorithms;
using Isobar.Engine.Models;
using Isobar.Engine.Objects;
using Isobar.Engine.Serving;
using Isobar.Engine.Training;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Aws.Tests.SageMakerRuntime;

/// <summary>The emulator on a port of its own, with models trained here.</summary>
public sealed class RuntimeEmulator : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-runtime-").FullName;
    private WebApplication? _app;

    public HttpClient Client { get; } = new();
    public Uri Address { get; private set; } = null!;
    public IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(o => o.Limits.MaxRequestBodySize = null);
        builder.Services.AddIsobarEngine(new EngineOptions { DataDirectory = Path.Combine(_folder, "data") });
        builder.Services.AddAwsEmulator();
        _app = builder.Build();
        _app.MapAwsEmulator();
        await _app.StartAsync();
        Address = new Uri(_app.Urls.First());
        Client.BaseAddress = Address;
        await Services.GetRequiredService<IObjectStore>().CreateBucketAsync(new("aws", "models"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        // Without a stop, what works in the background is not waited for, and may write into the folder that goes.
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Trains by the plan of a SageMaker algorithm and deploys the artifact under its codec.</summary>
    internal async Task<ModelManifest> DeployAsync(string endpoint, string image, Dictionary<string, string> hyperParameters, string csv, string contentType = "text/csv")
    {
        var algorithms = Services.GetRequiredService<ISageMakerAlgorithms>();
        var algorithm = algorithms.Recognise(image)!;
        var plan = algorithms.Plan(algorithm, hyperParameters, [new("train", contentType)]);
        Assert.Null(plan.Refusal);
        var (input, output) = (Path.Combine(_folder, endpoint, "input"), Path.Combine(_folder, endpoint, "output"));
        Directory.CreateDirectory(Path.Combine(input, "train"));
        await File.WriteAllTextAsync(Path.Combine(input, "train", "data.csv"), csv);
        var trained = await Trainer.TrainAsync(JsonSerializer.Deserialize(plan.Program.RequestJson, AlgorithmsJson.Default.TrainingRequest)!, new TrainingFolders(input, output, null), new Quiet());
        Assert.Null(trained.Error?.Message);

        using var archive = new MemoryStream();
        await using (var gzip = new GZipStream(archive, CompressionLevel.Fastest, leaveOpen: true))
            await TarFile.CreateFromDirectoryAsync(output, gzip, includeBaseDirectory: false);
        archive.Position = 0;
        var at = new ObjectLocation(new("aws", "models"), $"{endpoint}/model.tar.gz");
        Assert.True((await Services.GetRequiredService<IObjectStore>().PutAsync(at.Bucket, at.Key, archive)).IsOk);
        await DeployAsync(endpoint, new ModelSpec { Name = endpoint, Program = new OnnxProgram(algorithm.Codec), Artifact = at });
        return trained.Value;
    }

    internal async Task DeployAsync(string endpoint, ModelSpec model)
    {
        var endpoints = Services.GetRequiredService<IEndpoints>();
        var id = $"aws/000000000000/us-east-1/{endpoint}";
        Assert.True((await endpoints.CreateAsync(new EndpointSpec { Id = id, Owner = "aws", Name = endpoint, Variants = [new VariantSpec { Name = "AllTraffic", Model = model }] })).IsOk);
        var info = (await endpoints.WaitAsync(id)).Value;
        Assert.True(info.State == EndpointState.InService, info.Reason);
    }

    private sealed class Quiet : ITrainingProgress
    {
        public void Metric(string name, double value, int? step = null) { }
        public void Log(string line) { }
    }
}
