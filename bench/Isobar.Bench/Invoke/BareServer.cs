using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Isobar.Bench.Invoke;

/// <summary>What anyone would write around an ONNX session: a minimal API that reads CSV, runs and answers the score.</summary>
internal static class BareServer
{
    public static async Task RunAsync(string model)
    {
        using var options = new Microsoft.ML.OnnxRuntime.SessionOptions { IntraOpNumThreads = 1 };
        using var session = new InferenceSession(model, options);
        using var run = new RunOptions();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/invocations", async (HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            var cells = (await reader.ReadToEndAsync()).TrimEnd().Split(',');
            var values = Array.ConvertAll(cells, c => c.Length == 0 ? float.NaN : float.Parse(c, CultureInfo.InvariantCulture));
            using var input = OrtValue.CreateTensorValueFromMemory(values, [1, values.Length]);
            using var results = session.Run(run, ["features"], [input], ["probabilities"]);
            return Results.Text(results[0].GetTensorDataAsSpan<float>()[1].ToString(CultureInfo.InvariantCulture), "text/csv");
        });
        await app.StartAsync();
        Console.WriteLine(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await app.WaitForShutdownAsync();
    }
}
