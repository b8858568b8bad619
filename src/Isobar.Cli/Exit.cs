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
        _ => Failed,
    };

    /// <summary>Whether failures are told as JSON; set once, when the command line is read.</summary>
    public static bool Json { get; set; }

    public static int Fail(int code, string message)
    {
        Console.Error.WriteLine(Json ? Describe(null, message, []).ToJsonString() : $"isobar: {message}");
        return code;
    }

    /// <summary>Tells the failure with each fault on a line of its own.</summary>
    public static int Fail(Error error)
    {
        var faults = error.Faults.Where(f => f.Message != error.Message).ToList();
        Console.Error.WriteLine(Json ? Describe(error.Code, error.Message, faults).ToJsonString() : string.Join('\n', faults.Select(f => $"  {f.Field}: {f.Message}").Prepend($"isobar: {error.Message}")));
        return Of(error.Code);
    }

    private static JsonObject Describe(ErrorCode? code, string message, IReadOnlyList<Fault> faults)
    {
        var error = new JsonObject { ["message"] = message };
        if (code is not null) error["code"] = code.ToString();
        if (faults.Count > 0) error["faults"] = new JsonArray([.. faults.Select(f => new JsonObject { ["field"] = f.Field, ["message"] = f.Message })]);
        return new JsonObject { ["error"] = error };
    }
}
