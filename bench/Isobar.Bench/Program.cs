using Isobar.Bench.S3;

// dotnet run -c Release --project bench/Isobar.Bench -- NAME [rounds]
var benches = new Dictionary<string, Func<int, Task>>
{
    ["s3"] = S3Bench.RunAsync,
};
if (args.Length == 0 || !benches.TryGetValue(args[0], out var bench))
{
    Console.Error.WriteLine($"Usage: Isobar.Bench {string.Join('|', benches.Keys)} [rounds]");
    return 64;
}
await bench(args.Length > 1 ? int.Parse(args[1]) : 5);
return 0;
