using System.Security.Cryptography;
using System.Text.Json;
using Isobar.Clients.Harness;

namespace Isobar.Clients.S3;

public sealed class S3CommandLineTests(ServerFixture server) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("isobar-awscli-").FullName;
    private readonly string _bucket = "cli-" + Guid.NewGuid().ToString("n")[..12];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Cp_LargeFileThereAndBack_IsUnchanged()
    {
        var bytes = RandomNumberGenerator.GetBytes(12 * 1024 * 1024 + 1);
        var (up, down) = (Path.Combine(_folder, "up.bin"), Path.Combine(_folder, "down.bin"));
        await File.WriteAllBytesAsync(up, bytes);

        await PythonClient.AwsAsync(server, "s3", "mb", $"s3://{_bucket}");
        await PythonClient.AwsAsync(server, "s3", "cp", up, $"s3://{_bucket}/dir/up.bin", "--quiet");
        await PythonClient.AwsAsync(server, "s3", "cp", $"s3://{_bucket}/dir/up.bin", down, "--quiet");

        Assert.Equal(bytes, await File.ReadAllBytesAsync(down));
        Assert.Contains("PRE dir/", await PythonClient.AwsAsync(server, "s3", "ls", $"s3://{_bucket}/"));
        await PythonClient.AwsAsync(server, "s3", "rb", $"s3://{_bucket}", "--force");
        Assert.DoesNotContain(_bucket, await PythonClient.AwsAsync(server, "s3", "ls"));
    }

    [Fact]
    public async Task Sync_ChangedFolder_MovesOnlyTheChange()
    {
        for (var i = 0; i < 12; i++) await File.WriteAllTextAsync(Path.Combine(_folder, $"file {i}.txt"), $"content {i}");
        await PythonClient.AwsAsync(server, "s3", "mb", $"s3://{_bucket}");
        await PythonClient.AwsAsync(server, "s3", "sync", _folder, $"s3://{_bucket}/data");

        await File.WriteAllTextAsync(Path.Combine(_folder, "file 3.txt"), "changed content");
        File.Delete(Path.Combine(_folder, "file 4.txt"));
        var second = await PythonClient.AwsAsync(server, "s3", "sync", _folder, $"s3://{_bucket}/data", "--delete", "--no-progress");

        Assert.Equal(2, second.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("upload:", second);
        Assert.Contains("delete:", second);
        await PythonClient.AwsAsync(server, "s3", "rm", $"s3://{_bucket}", "--recursive", "--quiet");
        await PythonClient.AwsAsync(server, "s3", "rb", $"s3://{_bucket}");
    }

    [Fact]
    public async Task S3Api_ObjectLifeAndErrors_AreAsAwsAnswers()
    {
        var file = Path.Combine(_folder, "x.csv");
        await File.WriteAllTextAsync(file, "a,b\n1,2\n");
        await PythonClient.AwsAsync(server, "s3api", "create-bucket", "--bucket", _bucket);
        await PythonClient.AwsAsync(server, "s3api", "put-object", "--bucket", _bucket, "--key", "x.csv", "--body", file, "--content-type", "text/csv", "--metadata", "k=v");

        var head = JsonDocument.Parse(await PythonClient.AwsAsync(server, "s3api", "head-object", "--bucket", _bucket, "--key", "x.csv")).RootElement;
        Assert.Equal(("text/csv", 8, "v"), (head.GetProperty("ContentType").GetString(), head.GetProperty("ContentLength").GetInt32(), head.GetProperty("Metadata").GetProperty("k").GetString()));
        Assert.Contains("(NoSuchKey)", await PythonClient.AwsFailsAsync(server, "s3api", "get-object", "--bucket", _bucket, "--key", "none", Path.Combine(_folder, "none")));
        Assert.Contains("(BucketNotEmpty)", await PythonClient.AwsFailsAsync(server, "s3api", "delete-bucket", "--bucket", _bucket));
        Assert.Contains("(NotImplemented)", await PythonClient.AwsFailsAsync(server, "s3api", "get-bucket-policy", "--bucket", _bucket));

        await PythonClient.AwsAsync(server, "s3api", "delete-objects", "--bucket", _bucket, "--delete", """{"Objects":[{"Key":"x.csv"}]}""");
        await PythonClient.AwsAsync(server, "s3api", "delete-bucket", "--bucket", _bucket);
    }
}
