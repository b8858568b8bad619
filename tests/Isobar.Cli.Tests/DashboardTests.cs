using System.Net;

namespace Isobar.Cli.Tests;

/// <summary>The dashboard, as a browser fetches it from a running server.</summary>
public sealed class DashboardTests : IAsyncDisposable
{
    private readonly Terminal _terminal = new();

    public ValueTask DisposeAsync() => _terminal.DisposeAsync();

    [Fact]
    public async Task Pages_OfARunningServer_ShowWhatWasTrainedAndLoadNothingFromElsewhere()
    {
        var up = await _terminal.UpAsync();
        using var http = new HttpClient { BaseAddress = new Uri(up["control"]!.GetValue<string>()) };
        Assert.Equal(Exit.Ok, (await _terminal.RunAsync("train", _terminal.File("p.csv", "x,y\n1,2\n2,4\n3,6\n4,8\n"), "--label", "y", "--task", "regression", "--algorithm", "linear", "--name", "seen-line")).Exit);

        using var root = await http.GetAsync("/", TestContext.Current.CancellationToken);
        Assert.Equal("/dashboard", root.RequestMessage!.RequestUri!.AbsolutePath);
        var overview = await root.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        foreach (var cloud in new[] { "aws", "gcp", "azure", "onprem" }) Assert.Matches($"{cloud}</span> *<span class=\"badge good\">healthy</span>", overview);

        var jobs = await PageAsync(http, "/dashboard/jobs");
        Assert.Contains(">seen-line</a>", jobs, StringComparison.Ordinal);
        Assert.Contains(">Completed</span>", jobs, StringComparison.Ordinal);

        var job = await PageAsync(http, "/dashboard/jobs/aws/seen-line");
        Assert.Contains(">Job seen-line</h1>", job, StringComparison.Ordinal);
        Assert.Contains("Completed", job, StringComparison.Ordinal);
        Assert.Matches("(?s)<div class=\"log\"[^>]*>.*Z</span>  \\S", job);
        foreach (var page in new[] { "/dashboard/services", "/dashboard/endpoints", "/dashboard/models", "/dashboard/costs", "/dashboard/events", "/dashboard/audit" }) Assert.Contains("</main>", await PageAsync(http, page), StringComparison.Ordinal);
        Assert.Contains("There is no cloud &#x27;mars&#x27;", await PageAsync(http, "/dashboard/jobs/mars/x"), StringComparison.Ordinal);
    }

    private static async Task<string> PageAsync(HttpClient http, string path)
    {
        using var reply = await http.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal("text/html", reply.Content.Headers.ContentType!.MediaType);
        Assert.Contains("default-src 'none'", reply.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var html = await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain("src=\"http", html, StringComparison.Ordinal);
        return html;
    }
}
