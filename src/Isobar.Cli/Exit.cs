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

    public static int Fail(int code, string message)
    {
        Console.Error.WriteLine($"isobar: {message}");
        return code;
    }

    /// <summary>Tells the failure with each fault on a line of its own.</summary>
    public static int Fail(Error error)
    {
        Fail(0, error.Message);
        foreach (var fault in error.Faults.Where(f => f.Message != error.Message)) Console.Error.WriteLine($"  {fault.Field}: {fault.Message}");
        return Of(error.Code);
    }
}
