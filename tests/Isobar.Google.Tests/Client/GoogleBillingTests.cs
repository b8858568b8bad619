using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Isobar.Core.Capabilities;
using Isobar.Core.Results;
using Isobar.Google.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Isobar.Google.Tests.Client;

/// <summary>BigQuery as its REST reference describes questions and answers, over HTTP.</summary>
public sealed class GoogleBillingTests : IAsyncLifetime
{
    private const string Table = "bills-of-all.billing.gcp_billing_export_v1_0123AB_4567CD_89EF01";
    private static readonly DateOnly From = new(2026, 11, 1), To = new(2026, 11, 3);
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-billing-").FullName;
    private readonly List<(string Method, string Path, string Query, JsonNode? Body, string Authorization)> _asked = [];
    private readonly Queue<(int Status, string Body)> _answers = [];
    private WebApplication _app = null!;
    private ServiceProvider _services = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/token", () => Results.Json(new { access_token = "of-the-account", token_type = "Bearer", expires_in = 3600 }));
        _app.MapFallback(async http =>
        {
            var body = await new StreamReader(http.Request.Body).ReadToEndAsync();
            _asked.Add((http.Request.Method, http.Request.Path.Value!, http.Request.QueryString.Value!, body.Length > 0 ? JsonNode.Parse(body) : null, http.Request.Headers.Authorization.ToString()));
            var (status, answer) = _answers.Dequeue();
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(answer);
        });
        await _app.StartAsync(TestContext.Current.CancellationToken);
        using var key = RSA.Create(2048);
        var file = Path.Combine(_folder, "key.json");
        await File.WriteAllTextAsync(file, new JsonObject { ["type"] = "service_account", ["client_email"] = "a@b.iam.gserviceaccount.com", ["private_key_id"] = "1", ["private_key"] = key.ExportPkcs8PrivateKeyPem(), ["token_uri"] = _app.Urls.First() + "/token" }.ToJsonString());
        _services = new ServiceCollection().AddLogging().AddGoogleCloud(new GoogleClientOptions { Endpoint = new Uri(_app.Urls.First()), Project = "models", KeyFile = file, BillingTable = Table }).BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Task<Result<IReadOnlyList<BilledCost>>> ReadAsync() => _services.GetRequiredService<ICloud>().Billing!.ReadAsync(From, To, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Read_AnswerThatTakesTimeAndPages_IsReadToItsEnd()
    {
        const string job = """ "jobReference":{"projectId":"bills-of-all","jobId":"job_1","location":"EU"} """;
        _answers.Enqueue((200, $$"""{"kind":"bigquery#queryResponse",{{job}},"jobComplete":false}"""));
        _answers.Enqueue((200, $$"""{"kind":"bigquery#getQueryResultsResponse",{{job}},"jobComplete":true,"totalRows":"2","pageToken":"p+2","rows":[{"f":[{"v":"2026-11-01"},{"v":"Vertex AI"},{"v":"Custom Training N1 in EMEA"},{"v":"1.25"}]}]}"""));
        _answers.Enqueue((200, $$"""{{{job}},"jobComplete":true,"totalRows":"2","rows":[{"f":[{"v":"2026-11-02"},{"v":"Cloud Storage"},{"v":null},{"v":"-4e-07"}]}]}"""));
        Assert.Equal([new BilledCost(From, "Vertex AI", "Custom Training N1 in EMEA", 1.25m, "USD"), new BilledCost(new DateOnly(2026, 11, 2), "Cloud Storage", "", -0.0000004m, "USD")], (await ReadAsync()).Value);
        Assert.Equal([("POST", "/bigquery/v2/projects/bills-of-all/queries"), ("GET", "/bigquery/v2/projects/bills-of-all/queries/job_1"), ("GET", "/bigquery/v2/projects/bills-of-all/queries/job_1")], _asked.Select(a => (a.Method, a.Path)));
        var question = _asked[0].Body!;
        Assert.Contains($"FROM `{Table}`", (string?)question["query"], StringComparison.Ordinal);
        Assert.Equal(["from=2026-11-01", "to=2026-11-03", "project=models"], question["queryParameters"]!.AsArray().Select(p => $"{p!["name"]}={p["parameterValue"]!["value"]}"));
        Assert.False((bool)question["useLegacySql"]!);
        Assert.Equal((10L << 30).ToString(System.Globalization.CultureInfo.InvariantCulture), (string?)question["maximumBytesBilled"]);
        Assert.Contains("location=EU", _asked[1].Query, StringComparison.Ordinal);
        Assert.EndsWith("&pageToken=p%2B2", _asked[2].Query, StringComparison.Ordinal);
        Assert.All(_asked, a => Assert.Equal("Bearer of-the-account", a.Authorization));
    }

    [Fact]
    public async Task Read_NothingBilled_IsEmpty()
    {
        _answers.Enqueue((200, """{"jobReference":{"projectId":"bills-of-all","jobId":"job_1","location":"US"},"jobComplete":true,"totalRows":"0"}"""));
        Assert.Empty((await ReadAsync()).Value);
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", "Query exceeded limit for bytes billed: 10737418240.", ErrorCode.InvalidArgument)]
    [InlineData(403, "PERMISSION_DENIED", "Access Denied: Table bills", ErrorCode.PermissionDenied)]
    [InlineData(404, "NOT_FOUND", "Not found: Table bills", ErrorCode.NotFound)]
    public async Task Read_Refused_SaysWhy(int status, string name, string message, ErrorCode code)
    {
        _answers.Enqueue((status, $$$"""{"error":{"code":{{{status}}},"message":"{{{message}}}","errors":[{"message":"{{{message}}}","domain":"global","reason":"x"}],"status":"{{{name}}}"}}"""));
        var error = (await ReadAsync()).Error!;
        Assert.Equal((code, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("bills-of-all.billing.gcp_billing_export_v1_0123AB_4567CD_89EF01", true)]
    [InlineData("bills-of-all.billing.gcp-billing", true)]
    [InlineData("billing.gcp_billing_export_v1", false)]
    [InlineData("bills-of-all.billing.t` WHERE TRUE; DROP TABLE `x", false)]
    [InlineData("bills-of-all.billing.t\n", false)]
    [InlineData("", false)]
    public void BillingTable_OfOtherThanThreeNames_IsRefused(string table, bool good) => Assert.Equal(good, GoogleClientOptions.IsBillingTable(table));

    [Fact]
    public void Billing_WithoutAnExport_IsNotThere() =>
        Assert.Null(new ServiceCollection().AddLogging().AddGoogleCloud(new GoogleClientOptions { Project = "models" }).BuildServiceProvider().GetRequiredService<ICloud>().Billing);
}
