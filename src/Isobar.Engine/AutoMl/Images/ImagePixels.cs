using Isobar.Core.Results;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Isobar.Engine.AutoMl.Images;

/// <summary>A picture as models take it: its middle, of <see cref="Size"/> by <see cref="Size"/> pixels of red, green and blue, 0 to 255.</summary>
internal static class ImagePixels
{
    public const int Size = 224;
    public const int Channels = 3;
    public const int Length = Size * Size * Channels;
    private const int MaxPixels = 64_000_000;

    /// <summary>Decodes, turns as the camera was held, scales the shorter side and cuts out the middle.</summary>
    /// <param name="to">Receives <see cref="Length"/> bytes, row by row.</param>
    public static Error? Decode(ReadOnlySpan<byte> file, Span<byte> to)
    {
        try
        {
            // A small file may unpack to gigabytes: its header is asked first.
            if (Image.Identify(file.ToArray()) is not { } info) return new Error(ErrorCode.InvalidArgument, "It is neither JPEG nor PNG, nor another picture that can be read.");
            if ((long)info.Width * info.Height > MaxPixels) return new Error(ErrorCode.InvalidArgument, $"The picture has {info.Width} by {info.Height} pixels; at most {MaxPixels} in all are taken.");
            using var image = Image.Load<Rgb24>(file);
            image.Mutate(i => i.AutoOrient().Resize(new ResizeOptions { Size = new Size(Size, Size), Mode = ResizeMode.Crop, Sampler = KnownResamplers.Triangle }));
            image.CopyPixelDataTo(to);
            return null;
        }
        catch (Exception e) when (e is UnknownImageFormatException or InvalidImageContentException or NotSupportedException)
        {
            return new Error(ErrorCode.InvalidArgument, "It is neither JPEG nor PNG, nor another picture that can be read.");
        }
    }
}
