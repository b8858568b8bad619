namespace Isobar.Aws.Protocols;

/// <summary>The names of all operations that AWS's services have, from <c>data/operations</c>.</summary>
internal static class OperationNames
{
    private static readonly Lazy<ILookup<string, string>> All = new(Read);

    public static IEnumerable<string> Of(string service) => All.Value[service];

    private static ILookup<string, string> Read()
    {
        using var reader = new StreamReader(typeof(OperationNames).Assembly.GetManifestResourceStream("operations/aws.csv")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(l => l.Split(',')).ToLookup(l => l[0], l => l[1].TrimEnd('\r'));
    }
}
