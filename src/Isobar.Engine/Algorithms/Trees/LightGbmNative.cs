using System.Runtime.InteropServices;

namespace Isobar.Engine.Algorithms.Trees;

/// <summary>The C API of LightGBM 4.7 (include/LightGBM/c_api.h of microsoft/LightGBM), as far as training needs it.</summary>
internal static unsafe partial class LightGbmNative
{
    private const string Library = "lib_lightgbm";
    public const int Float32 = 0;

    [LibraryImport(Library)]
    public static partial nint LGBM_GetLastError();

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_DatasetCreateFromMat(void* data, int dataType, int rows, int columns, int rowMajor, string parameters, nint reference, out nint dataset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_DatasetSetField(nint dataset, string field, void* data, int count, int type);

    [LibraryImport(Library)]
    public static partial int LGBM_DatasetFree(nint dataset);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_BoosterCreate(nint train, string parameters, out nint booster);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LGBM_BoosterLoadModelFromString(string model, out int iterations, out nint booster);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterMerge(nint booster, nint other);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterFree(nint booster);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterAddValidData(nint booster, nint valid);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterUpdateOneIter(nint booster, out int finished);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterUpdateOneIterCustom(nint booster, float* gradients, float* hessians, out int finished);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterGetPredict(nint booster, int data, out long length, double* results);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterGetEvalCounts(nint booster, out int count);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterGetEval(nint booster, int data, out int count, double* results);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterSaveModelToString(nint booster, int start, int count, int importance, long bufferLength, out long length, byte* buffer);

    [LibraryImport(Library)]
    public static partial int LGBM_BoosterPredictForMat(nint booster, void* data, int dataType, int rows, int columns, int rowMajor, int predictType, int start, int count, byte* parameters, out long length, double* results);

    public static bool IsAvailable(out string reason)
    {
        if (NativeLibrary.TryLoad(Library, typeof(LightGbmNative).Assembly, null, out _))
        {
            reason = "";
            return true;
        }
        reason = "LightGBM's native library does not load (on Debian it needs the package libgomp1)";
        return false;
    }

    public static void Check(int status)
    {
        if (status != 0) throw new InvalidOperationException($"LightGBM: {Marshal.PtrToStringUTF8(LGBM_GetLastError())}");
    }
}
