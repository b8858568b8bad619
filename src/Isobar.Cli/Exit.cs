using System.Text.Json.Nodes;
using Isobar.Core.Results;

namespace Isobar.Cli;

/// <summary>The exit codes, after sysexits.h where it has one. <c>docs/exit-codes.md</c> lists them.</summary>
internal static class Exit
{
    public const int Ok = 0;
    /// <summary>The work itself failed: a job failed, a prediction was refused.</summary>
    public const int Failed = 1;
    public const int Usage = 64;
    public const int BadInput = 65;
    public const int NotFound = 66;
    public const int Unavailable = 69;
    public const int Internal = 70;
    public const int Exists = 73;
    public const int Busy = 75;
    public const int Denied = 77;
    /// <summary>As shells say it: 128 and the number of SIGINT.</summary>
    public const int Interrupted = 130;

    /// <summary>What <c>--help</c> says of them.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> All { get; } =
    [
        (Ok, "done"),
        (Failed, "the work itself failed: a job failed, an endpoint did not come into service"),
        (Usage, "the command line is wrong: an unknown verb, a missing or bad option"),
        (BadInput, "the input is wrong: a value, a column, a body that the model does not take"),
        (NotFound, "no such file, job, model or endpoint; the message names the nearest"),
        (Unavailable, "no Isobar runs there, a port is taken, or the answer did not come in time"),
        (Internal, "a fault of Isobar, or an operation that it does not have"),
        (Exists, "the name is taken"),
        (Busy, "busy: the data directory is in use, a queue or a limit is full; try again later"),
        (Denied, "no credentials, or not allowed"),
        (Interrupted, "ended by Ctrl-C before it was done"),
    ];

    /// <summary>Whether failures are written as JSON; said once, when the command line is read.</summary>
    public static bool Json { get; set; }

    /// <summary>The exit code of an expected failure.</summary>
    public static int Of(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.OutOfRange or ErrorCode.DataLoss => BadInput,
        ErrorCode.NotFound => NotFound,
        ErrorCode.AlreadyExists => Exists,
        ErrorCode.PermissionDenied or ErrorCode.Unauthenticated => Denied,
        ErrorCode.ResourceExhausted or ErrorCode.Aborted => Busy,
        ErrorCode.Unavailable or ErrorCode.DeadlineExceeded => Unavailable,
        ErrorCode.Internal or ErrorCode.Unimplemented => Internal,
        ErrorCode.Cancelled => Interrupted,
        _ => Failed,
    };

    /// <summary>Tells what is not a failure of the cloud: the command line, the machine.</summary>
    public static int Fail(int code, string message) => Tell(code, NameOf(code), message, []);

    /// <summary>Tells the failure with each fault on a line of its own.</summary>
    public static int Fail(Error error) => Tell(Of(error.Code), error.Code.ToString(), error.Message, error.Faults);

    private static int Tell(int exit, string code, string message, IReadOnlyList<Fault> faults)
    {
        if (Json)
        {
            var told = new JsonObject { ["code"] = code, ["exit"] = exit, ["message"] = message };
            if (faults.Count > 0) told["faults"] = new JsonArray([.. faults.Select(f => (JsonNode)new JsonObject { ["field"] = f.Field, ["value"] = f.Value, ["message"] = f.Message })]);
            Console.Error.WriteLine(new JsonObject { ["error"] = told }.ToJsonString(Output.Readable));
            return exit;
        }
        Console.Error.WriteLine($"isobar: {message}");
        foreach (var fault in faults.Where(f => f.Message != message)) Console.Error.WriteLine($"  {fault.Field}: {fault.Message}");
        return exit;
    }

    private static string NameOf(int code) => code switch
    {
        Usage => nameof(Usage),
        BadInput => nameof(ErrorCode.InvalidArgument),
        NotFound => nameof(ErrorCode.NotFound),
        Unavailable => nameof(ErrorCode.Unavailable),
        Internal => nameof(ErrorCode.Internal),
        Exists => nameof(ErrorCode.AlreadyExists),
        Busy => nameof(ErrorCode.ResourceExhausted),
        Denied => nameof(ErrorCode.PermissionDenied),
        Interrupted => nameof(ErrorCode.Cancelled),
        _ => nameof(ErrorCode.FailedPrecondition),
    };
}
