using ILGPU;

namespace PyramidOT.Engines.Ilgpu;

/// <summary>Windows onto views.</summary>
internal static class ArrayViewParts
{
    /// <summary>A window that may be empty and stand at the very end, which <c>SubView</c> ends the process for.</summary>
    public static ArrayView<T> Part<T>(this ArrayView<T> view, long start, long length)
        where T : unmanaged => length == 0 ? view.SubView(0, 0) : view.SubView(start, length);
}
