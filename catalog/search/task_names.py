"""The names of tasks that a search understands, in English and in Japanese.

Words to search by, not to show: what a page calls a task is in the locales of the dashboard.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TASK_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "audio-classification": ("audio classification", "音声分類"),
    "automatic-speech-recognition": ("speech recognition", "speech to text", "音声認識"),
    "chat-completion": ("chat completion", "チャット", "対話"),
    "conversational": ("conversational", "chat", "チャット", "対話"),
    "depth-estimation": ("depth estimation", "深度推定"),
    "document-question-answering": ("document question answering", "文書質問応答"),
    "embeddings": ("embeddings", "埋め込み", "ベクトル化"),
    "environmental-forecasting": ("environmental forecasting", "環境予測"),
    "feature-extraction": ("feature extraction", "embeddings", "特徴抽出", "埋め込み"),
    "fill-mask": ("fill mask", "穴埋め"),
    "image-classification": ("image classification", "画像分類"),
    "image-feature-extraction": ("image feature extraction", "画像特徴抽出"),
    "image-segmentation": ("image segmentation", "画像セグメンテーション", "領域分割"),
    "image-text-to-text": ("image text to text", "vision", "画像対話", "マルチモーダル"),
    "image-to-image": ("image to image", "画像変換"),
    "image-to-text": ("image to text", "captioning", "画像説明"),
    "materials-design": ("materials design", "材料設計"),
    "mask-generation": ("mask generation", "マスク生成"),
    "multi-object-tracking": ("multi object tracking", "物体追跡"),
    "multimodal-classification": ("multimodal classification", "マルチモーダル分類"),
    "object-detection": ("object detection", "物体検出"),
    "protein-design": ("protein design", "タンパク質設計"),
    "question-answering": ("question answering", "質問応答"),
    "reinforcement-learning": ("reinforcement learning", "強化学習"),
    "responses": ("responses", "応答"),
    "sentence-similarity": ("sentence similarity", "文類似度"),
    "summarization": ("summarization", "要約"),
    "table-question-answering": ("table question answering", "表の質問応答"),
    "tabular-classification": ("tabular classification", "表データ分類"),
    "text-classification": ("text classification", "文章分類", "テキスト分類"),
    "text-generation": ("text generation", "文章生成", "テキスト生成"),
    "text-ranking": ("text ranking", "reranking", "並べ替え", "リランキング"),
    "text-summarization": ("text summarization", "要約"),
    "text-to-image": ("text to image", "画像生成"),
    "text-to-speech": ("text to speech", "音声合成"),
    "text-to-video": ("text to video", "動画生成"),
    "text-translation": ("text translation", "翻訳", "機械翻訳"),
    "text2text-generation": ("text to text generation", "文章変換"),
    "token-classification": ("token classification", "固有表現抽出"),
    "translation": ("translation", "翻訳", "機械翻訳"),
    "video-classification": ("video classification", "動画分類"),
    "visual-question-answering": ("visual question answering", "画像質問応答"),
    "zero-shot-classification": ("zero shot classification", "ゼロショット分類"),
    "zero-shot-image-classification": ("zero shot image classification", "ゼロショット画像分類"),
}


def names_of_task(task: str | None) -> tuple[str, ...]:
    """The task as it is written, and its names in both languages."""
    if task is None:
        return ()
    return (task, *TASK_NAMES.get(task.strip().casefold(), ()))
