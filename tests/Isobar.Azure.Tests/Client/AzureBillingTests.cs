using System.Text.Json.Nodes;
using Isobar.Azure.Client;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Isobar.Azure.Tests.Client;

/// <summary>Cost Management's query as its REST reference (2022-10-01) describes questions and answers, over HTTP; tokens come from the emulator.</summary>
public sealed class AzureBillingTests : IAsyncLifetime
{
    private static readonly DateOnly From = new(2026, 11, 1), To = new(2026, 11, 3);
    private readonly List<(string Address, JsonNode Body, string Authorization)> _asked = [];
    private readonly Queue<(int Status, string Body)> _answers = [];
    private AzureEmulator _azure = null!;
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        _azure = await AzureEmulator.StartAsync(withWorkspace: false, before: async http =>
        {
            if (!http.Request.Path.Value!.EndsWith("/providers/Microsoft.CostManagement/query", StringComparison.Ordinal)) return false;
            _asked.Add((http.Request.Path + http.Request.QueryString, JsonNode.Parse(await new StreamReader(http.Request.Body).ReadToEndAsync())!, http.Request.Headers.Authorization.ToString()));
            var (status, body) = _answers.Dequeue();
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(body);
            return true;
        });
        _services = new ServiceCollection().AddLogging().AddAzureCloud(AzureClientOptions.ForEmulator(new Uri(_azure.Url)) with { Subscription = "s", ResourceGroup = "g" }).BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _azure.DisposeAsync();
    }

    private Task<Result<IReadOnlyList<BilledCost>>> ReadAsync() => _services.GetRequiredService<ICloud>().Billing!.ReadAsync(From, To, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Read_OverTwoPages_FollowsTheLinkWithTheSameQuestion()
    {
        const string columns = """[{"name":"Cost","type":"Number"},{"name":"UsageDate","type":"Number"},{"name":"ServiceName","type":"String"},{"name":"ResourceId","type":"String"},{"name":"Currency","type":"String"}]""";
        _answers.Enqueue((200, $$$"""{"id":"x","name":"x","type":"Microsoft.CostManagement/query","properties":{"nextLink":"https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.CostManagement/query?api-version=2022-10-01&$skiptoken=AQ%3D%3D","columns":{{{columns}}},"rows":[[1.25,20261101,"Azure Machine Learning","/subscriptions/s/resourcegroups/g/providers/microsoft.machinelearningservices/workspaces/space","USD"],[0,20261101,"Bandwidth","/subscriptions/s/x","USD"]]}}"""));
        // The order of the columns is the service's own.
        _answers.Enqueue((200, """{"properties":{"nextLink":null,"columns":[{"name":"Currency","type":"String"},{"name":"ResourceId","type":"String"},{"name":"ServiceName","type":"String"},{"name":"UsageDate","type":"Number"},{"name":"Cost","type":"Number"}],"rows":[["EUR","/subscriptions/s/resourcegroups/g/providers/microsoft.storage/storageaccounts/blobs","Storage",20261102,4E-07]]}}"""));
        Assert.Equal([new BilledCost(From, "Azure Machine Learning", "space", 1.25m, "USD"), new BilledCost(new DateOnly(2026, 11, 2), "Storage", "blobs", 0.0000004m, "EUR")], (await ReadAsync()).Value);
        Assert.Equal(["/subscriptions/s/resourceGroups/g/providers/Microsoft.CostManagement/query?api-version=2022-10-01", "/subscriptions/s/resourceGroups/g/providers/Microsoft.CostManagement/query?api-version=2022-10-01&$skiptoken=AQ%3D%3D"], _asked.Select(a => a.Address));
        Assert.True(JsonNode.DeepEquals(_asked[0].Body, _asked[1].Body));
        // Its last day is part of a period, ours the day behind it.
        Assert.Equal(("2026-11-01T00:00:00Z", "2026-11-02T23:59:59Z"), ((string?)_asked[0].Body["timePeriod"]!["from"], (string?)_asked[0].Body["timePeriod"]!["to"]));
        Assert.All(_asked, a => Assert.StartsWith("Bearer ey", a.Authorization, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Read_Refused_SaysWhy()
    {
        _answers.Enqueue((429, """{"error":{"code":"429","message":"Too many requests. Please retry."}}"""));
        var error = (await ReadAsync()).Error!;
        Assert.Equal((ErrorCode.ResourceExhausted, "Too many requests. Please retry."), (error.Code, error.Message));
    }

    [Fact]
    public async Task Read_OtherColumnsThanWereAskedFor_IsAFault()
    {
        _answers.Enqueue((200, """{"properties":{"columns":[{"name":"PreTaxCost","type":"Number"}],"rows":[]}}"""));
        Assert.Equal(ErrorCode.DataLoss, (await ReadAsync()).Error!.Code);
    }
}
