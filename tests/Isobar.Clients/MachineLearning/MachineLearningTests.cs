using Isobar.Clients.Harness;
using Isobar.Engine.Objects;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Clients.MachineLearning;

public sealed class MachineLearningTests(ServerFixture server)
{
    private const string Account = "azureclients", Container = "data";

    [Fact]
    public async Task MachineLearning_EveryFlowOfTheJavaScriptClient_Holds()
    {
        await PutAsync("penguins.csv", File.OpenRead(Path.Combine(NodeClient.Folder, "..", "..", "..", "data", "datasets", "penguins.csv")));
        await PutAsync("code/score.py", Text("""
            import json, os, logging
            def init():
                global greeting
                with open(os.path.join(os.environ["AZUREML_MODEL_DIR"], "words", "greeting.txt")) as file:
                    greeting = file.read().strip()
                logging.info("ready to say %s", greeting)
            def run(data):
                return {"said": greeting + " " + json.loads(data)["name"]}
            """));
        await PutAsync("code/train.sh", Text("""
            set -e
            echo "run $AZUREML_RUN_ID in $AZUREML_ARM_WORKSPACE_NAME reads $(basename $1)"
            echo "tracking $MLFLOW_TRACKING_URI"
            head -1 "$1" > outputs/header.txt
            mkdir -p "$2/words"
            echo "hello" > "$2/words/greeting.txt"
            """));
        await PutAsync("words/greeting.txt", Text("good day"));
        await PutAsync("broken/model.onnx", Text("this is no graph"));
        Assert.Contains("allDone", await NodeClient.RunAsync(server, "azure-ml.mjs", Account, Container));
    }

    [Fact]
    public async Task MachineLearning_EveryFlowOfThePythonClient_Holds()
    {
        await PutAsync("penguins.csv", File.OpenRead(Path.Combine(NodeClient.Folder, "..", "..", "..", "data", "datasets", "penguins.csv")));
        await PutAsync("table/penguins.csv", File.OpenRead(Path.Combine(NodeClient.Folder, "..", "..", "..", "data", "datasets", "penguins.csv")));
        await PutAsync("table/MLTable", Text("paths:\n  - file: ./penguins.csv\ntransformations:\n  - read_delimited:\n      delimiter: ','\n"));
        Assert.Contains("clean_up", await PythonClient.AzureAsync(server, "azure_ml.py", Account, Container));
    }

    [Theory]
    [InlineData("azure-mlflow.mjs")]
    [InlineData("azure-batch.mjs")]
    [InlineData("azure-sweep.mjs")]
    [InlineData("azure-schedules.mjs")]
    [InlineData("azure-registries.mjs")]
    [InlineData("azure-monitors.mjs")]
    public async Task MachineLearning_AFlowWithAWorkspaceOfItsOwn_Holds(string script) => Assert.Contains("allDone", await NodeClient.RunAsync(server, script));

    [Fact]
    public async Task MachineLearning_SearchesOfTheJavaScriptClient_Hold() =>
        Assert.Contains("allDone", await NodeClient.RunAsync(server, "azure-automl.mjs", Path.Combine(NodeClient.Folder, "..", "..", "..", "data", "datasets", "penguins.csv")));

    [Fact]
    public async Task MachineLearning_PipelinesOfTheJavaScriptClient_Hold()
    {
        await PutAsync("penguins.csv", File.OpenRead(Path.Combine(NodeClient.Folder, "..", "..", "..", "data", "datasets", "penguins.csv")));
        Assert.Contains("allDone", await NodeClient.RunAsync(server, "azure-pipelines.mjs", Account, Container));
    }

    private static MemoryStream Text(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    private async Task PutAsync(string key, Stream content)
    {
        var objects = server.Services.GetRequiredService<IObjectStore>();
        var bucket = new BucketName("azure", $"{Account}.{Container}");
        await objects.CreateBucketAsync(bucket, ct: TestContext.Current.CancellationToken);
        await using (content) Assert.True((await objects.PutAsync(bucket, key, content, ct: TestContext.Current.CancellationToken)).IsOk);
    }
}
