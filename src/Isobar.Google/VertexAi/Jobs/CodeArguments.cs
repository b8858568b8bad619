using Isobar.Core.Clients;
using Isobar.Engine.Training;
using Isobar.Google.VertexAi.Resources;

namespace Isobar.Google.VertexAi.Jobs;

/// <summary>
/// The image <c>isobar/code</c>, which runs a program of one's own: <c>--code=gs://…tar.gz</c>, <c>--entry=train.py</c>, <c>--channel.NAME=gs://…</c> and
/// <c>--parameter.NAME=VALUE</c>. The program finds data and leaves its model as a training container of SageMaker does.
/// </summary>
internal sealed record CodeArguments(JobProgram Program, IReadOnlyDictionary<string, string> HyperParameters, IReadOnlyList<ChannelSpec> Channels)
{
    private const string Channel = "channel.", Parameter = "parameter.";

    public static bool IsCode(string image) => AlgorithmArguments.NameOf(image) == CodeWords.Name;

    public static CodeArguments Read(IReadOnlyList<string> args, string field)
    {
        var given = AlgorithmArguments.Pairs(args, field);
        foreach (var name in given.Keys)
            if (name is not ("code" or "entry") && !name.StartsWith(Channel, StringComparison.Ordinal) && !name.StartsWith(Parameter, StringComparison.Ordinal)) throw Faults.Invalid(field, $"--{name}", "the arguments are --code, --entry, --channel.NAME and --parameter.NAME");
        if (!given.TryGetValue("code", out var code)) throw Faults.Invalid(field, null, "--code=gs://bucket/path.tar.gz says where the code is");
        if (!given.TryGetValue("entry", out var entry)) throw Faults.Invalid(field, null, "--entry=train.py says which program is run");
        var parameters = given.Where(g => g.Key.StartsWith(Parameter, StringComparison.Ordinal)).ToDictionary(g => g.Key[Parameter.Length..], g => g.Value);
        return new CodeArguments(
            new ScriptProgram([.. CodeWords.Command(entry, "{code}/" + entry), .. CodeWords.Arguments(parameters)], Gcs.Parse(code, field + "[--code]")), parameters,
            [.. given.Where(g => g.Key.StartsWith(Channel, StringComparison.Ordinal)).Select(g => new ChannelSpec(g.Key[Channel.Length..], Gcs.Parse(g.Value, $"{field}[--{g.Key}]")))]);
    }
}
