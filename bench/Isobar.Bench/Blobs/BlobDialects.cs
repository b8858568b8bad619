namespace Isobar.Bench.Blobs;

/// <summary>How a kind of storage is asked for the same few things.</summary>
internal interface IBlobDialect
{
    string Name { get; }
    HttpRequestMessage MakeContainer();
    HttpRequestMessage Put(string name, HttpContent content);
    HttpRequestMessage Get(string name);
    HttpRequestMessage Delete(string name);
}

/// <param name="signature">A shared access signature with its <c>?</c>, or nothing.</param>
internal sealed class AzureBlobs(string name, string url, string signature) : IBlobDialect
{
    public string Name => name;

    public HttpRequestMessage MakeContainer() => Of(HttpMethod.Put, $"{AzuriteSignature.Account}/bench{(signature.Length > 0 ? signature + "&" : "?")}restype=container");

    public HttpRequestMessage Put(string blob, HttpContent content)
    {
        var request = Of(HttpMethod.Put, Blob(blob));
        request.Headers.Add("x-ms-blob-type", "BlockBlob");
        request.Content = content;
        return request;
    }

    public HttpRequestMessage Get(string blob) => Of(HttpMethod.Get, Blob(blob));

    public HttpRequestMessage Delete(string blob) => Of(HttpMethod.Delete, Blob(blob));

    private static string Path(string blob) => $"{AzuriteSignature.Account}/bench/{blob}";

    private string Blob(string blob) => Path(blob) + signature;

    private HttpRequestMessage Of(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, $"{url}/{path}");
        request.Headers.Add("x-ms-version", AzuriteSignature.Version);
        return request;
    }
}

internal sealed class GoogleObjects(string url) : IBlobDialect
{
    public string Name => "Cloud Storage";

    public HttpRequestMessage MakeContainer() => new(HttpMethod.Post, url + "/storage/v1/b?project=bench") { Content = new StringContent("""{"name":"bench"}""", null, "application/json") };

    public HttpRequestMessage Put(string name, HttpContent content) => new(HttpMethod.Post, $"{url}/upload/storage/v1/b/bench/o?uploadType=media&name={name}") { Content = content };

    public HttpRequestMessage Get(string name) => new(HttpMethod.Get, $"{url}/storage/v1/b/bench/o/{name}?alt=media");

    public HttpRequestMessage Delete(string name) => new(HttpMethod.Delete, $"{url}/storage/v1/b/bench/o/{name}");
}

internal sealed class S3Objects(string url) : IBlobDialect
{
    public string Name => "s3rver";

    public HttpRequestMessage MakeContainer() => new(HttpMethod.Put, url + "/bench");

    public HttpRequestMessage Put(string name, HttpContent content) => new(HttpMethod.Put, $"{url}/bench/{name}") { Content = content };

    public HttpRequestMessage Get(string name) => new(HttpMethod.Get, $"{url}/bench/{name}");

    public HttpRequestMessage Delete(string name) => new(HttpMethod.Delete, $"{url}/bench/{name}");
}
